// What the person sent and the server has not yet confirmed: kept over reloads, sent in order, each until it is acknowledged.

import { newId, page, shelf } from "./dom.js";
import { forgetFile, keepFile, keptFile, upload } from "./files.js";

const ACK_WITHIN = 20000;
const PAUSE_AFTER_FAILURE = 4000;
const PREFIX = "out:" + page.chat + ":";

export class Outbox {
  /** `onChange(item, state)`: waiting, sending, saved, cancelled, refused (with `item.problem`); `onTrouble(boolean)`. */
  constructor(link, events) {
    this.link = link;
    this.events = events;
    this.items = [];
    this.sending = null;
    this.timer = 0;
    this.count = 0;
    this.ready = this.load();
  }

  async load() {
    const keys = [];
    for (let index = 0; index < shelf.length; index += 1) keys.push(shelf.key(index));
    for (const key of keys.filter((name) => name.startsWith(PREFIX)).sort()) {
      const item = JSON.parse(shelf.getItem(key));
      if (item.kind === "file") {
        const blob = await keptFile(item.id);
        if (blob === null) { shelf.removeItem(key); continue; }
        item.blob = blob;
      }
      if (item.urgent) this.items.unshift(item); else this.items.push(item);
      this.events.onChange(item, "waiting");
    }
    this.pump();
  }

  /** Keeps the item first, then sends it in its turn. An `urgent` one goes before everything else, even a file on its way. */
  add(item) {
    item.id = newId();
    item.at = Date.now();
    this.count += 1;
    item.key = PREFIX + String(item.at).padStart(15, "0") + String(this.count).padStart(5, "0");
    const kept = Object.assign({}, item);
    delete kept.blob;
    if (item.blob) keepFile(item.id, item.blob);
    try { shelf.setItem(item.key, JSON.stringify(kept)); } catch (full) { /* it is still sent while the page is open */ }
    if (item.urgent) this.items.unshift(item); else this.items.push(item);
    this.events.onChange(item, "waiting");
    if (item.urgent) this.transmit(item);
    this.pump();
    return item;
  }

  cancel(id) {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    if (item.request) item.request.abort();
    this.settle(id, "cancelled");
  }

  isWaitingFor(test) {
    return this.items.some(test);
  }

  /** Called when a connection has opened: whatever was on its way is sent again, under its own id. */
  opened() {
    if (this.sending && this.sending.kind !== "file") this.sending = null;
    for (const item of this.items) {
      item.sentAhead = false;
      if (item.urgent) this.transmit(item);
    }
    this.pump();
  }

  closed() {
    clearTimeout(this.timer);
    if (this.sending && this.sending.kind !== "file") {
      this.events.onChange(this.sending, "waiting");
      this.sending = null;
    }
  }

  pump() {
    if (this.sending !== null || this.items.length === 0 || !this.link.isOpen()) return;
    const item = this.items[0];
    this.sending = item;
    this.events.onChange(item, "sending");
    if (item.kind === "file") {
      this.transmitFile(item);
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.link.restart(), ACK_WITHIN);
    if (!item.sentAhead) this.transmit(item);
  }

  transmit(item) {
    const frame = Object.assign({ type: item.kind, id: item.id, age: Math.max(0, Date.now() - item.at) }, item.content);
    item.sentAhead = this.link.send(frame);
  }

  transmitFile(item) {
    upload(item, {
      onProgress: (share) => this.events.onProgress(item, share),
      onAck: () => this.acked(item.id),
      onRefused: (problem) => this.refused(item.id, problem),
      onLater: () => this.later(item.id),
    });
  }

  acked(id) {
    this.events.onTrouble(false);
    this.settle(id, "saved");
  }

  refused(id, problem) {
    const item = this.items.find((one) => one.id === id);
    if (item) item.problem = problem;
    this.settle(id, "refused");
  }

  /** The server could not save it now: the same again after a pause. */
  later(id) {
    clearTimeout(this.timer);
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    item.sentAhead = false;
    this.events.onTrouble(true);
    this.events.onChange(item, "waiting");
    this.timer = setTimeout(() => {
      if (this.sending && this.sending.id === id) this.sending = null;
      this.pump();
    }, PAUSE_AFTER_FAILURE);
  }

  settle(id, state) {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    this.items = this.items.filter((one) => one !== item);
    shelf.removeItem(item.key);
    if (item.kind === "file") forgetFile(id);
    if (this.sending === item) {
      clearTimeout(this.timer);
      this.sending = null;
    }
    this.events.onChange(item, state);
    this.pump();
  }
}
