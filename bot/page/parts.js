// Parts of a message: progress, pictures, sounds, files, times.

import { el, icon, page, say, texts } from "./dom.js";

export function progressBar([done, total]) {
  return el("progress", { max: Math.max(total, 1), value: done, "aria-label": say("progress", { done, total }) });
}

const SHOWN = ["image/jpeg", "image/png", "image/webp", "image/gif"];

export function buildAttachment({ sha256, media_type: type, name, shape }, preview) {
  const href = "/chat/" + page.chat + "/files/" + sha256;
  if (type.startsWith("audio/")) return el("audio", { controls: true, preload: "none", src: href, "aria-label": name || texts.voice });
  if (SHOWN.includes(type)) {
    return picture("a", { src: preview || href, alt: name || texts.photo, href, shape });
  }
  return el("a", { className: "attachment", href, download: name || "" }, icon("file"), name || texts.file);
}

/** A picture in a box of fixed size, or (one with a shape) as a whole; one that cannot be drawn becomes its name. */
export function picture(tag, { src, alt, href, shape }) {
  const [width, height] = shape || [240, 176];
  const image = el("img", { src, alt, width, height, loading: "lazy", decoding: "async" });
  const className = shape ? "picture whole" : "picture";
  const box = el(tag, { className, href, target: href && "_blank", rel: href && "noopener" }, image);
  image.addEventListener("error", () => {
    box.className = "attachment";
    image.replaceWith(icon("file"), alt);
  });
  return box;
}

export function clockTime(at) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

export function dayName(at) {
  const day = new Date(at);
  const today = new Date();
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(day).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return texts.today;
  if (days === 1) return texts.yesterday;
  return new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long" }).format(day);
}
