// Files on their way: kept in IndexedDB over reloads, uploaded with progress.

import { page } from "./dom.js";

const STORE = "files";
let opened = null;

function database() {
  if (opened === null) {
    opened = new Promise((resolve, reject) => {
      const request = indexedDB.open("outbox", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }
  return opened;
}

async function inStore(mode, work) {
  const kept = await database();
  return new Promise((resolve, reject) => {
    const transaction = kept.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** Best effort: without IndexedDB the file lives as long as the page. */
export function keepFile(id, blob) {
  return inStore("readwrite", (store) => store.put(blob, id)).catch(() => {});
}

export function keptFile(id) {
  return inStore("readonly", (store) => store.get(id)).then((blob) => blob || null).catch(() => null);
}

export function forgetFile(id) {
  return inStore("readwrite", (store) => store.delete(id)).catch(() => {});
}

/** The kind the server knows. A picture goes as a document: its time and place stay in it. */
export function kindOf(type) {
  if (type.startsWith("audio/")) return "audio";
  if (type.startsWith("video/")) return "video";
  return "document";
}

export function upload(item, events) {
  const about = new URLSearchParams({ id: item.id, age: String(Math.max(0, Date.now() - item.at)) });
  for (const [name, value] of Object.entries(item.content)) about.set(name, String(value));
  const request = new XMLHttpRequest();
  item.request = request;
  request.open("POST", "/chat/" + page.chat + "/files?" + about);
  request.setRequestHeader("Content-Type", item.content.media_type || "application/octet-stream");
  request.timeout = page.uploadTimeout;
  request.upload.onprogress = (event) => { if (event.lengthComputable) events.onProgress(event.loaded / event.total); };
  request.onload = () => {
    if (request.status === 200) events.onAck();
    else if ([400, 411, 413].includes(request.status)) events.onRefused(JSON.parse(request.responseText).problem);
    else events.onLater();
  };
  request.onerror = request.ontimeout = () => events.onLater();
  request.send(item.blob);
}
