// The messages: rows of the server mirrored as elements, and the person's own that are still on their way.

import { byId, el, icon, texts } from "./dom.js";
import { buildPanel } from "./panel.js";
import { buildAttachment, clockTime, dayName, picture, progressBar } from "./parts.js";

const NEAR_BOTTOM = 80;
const MOST_ROWS = 400;
const SCROLLING = 400;
/** Milliseconds after a wheel, finger or key in which scrolling counts as the person's own, not the page's. */
const BY_HAND = 800;
const scroller = byId("scroll");
const log = byId("log");
const pending = byId("pending");

export class Log {
  /** `onTap(row, button, element)`, `onCancel(id)` and what the answer panel needs in `answers`. */
  constructor(events) {
    this.events = events;
    this.rows = new Map();
    this.waiting = new Map();
    this.previews = new Map();
    this.current = null;
    this.follows = true;
    this.lastTop = 0;
    this.endTimer = 0;
    this.byHandUntil = 0;
    scroller.addEventListener("scroll", () => this.watchScroll(), { passive: true });
    for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      scroller.addEventListener(kind, (event) => this.watchHand(event), { passive: true });
    }
    byId("newest").addEventListener("click", () => this.toEnd(true));
  }

  /** What the page has, for the server to compare: id → mark. Rows long past are let go; they can be asked for again. */
  have() {
    const all = Array.from(this.rows.keys()).sort((one, other) => one - other);
    for (const id of all.slice(0, -MOST_ROWS)) this.remove(id);
    const marks = {};
    for (const [id, kept] of this.rows) marks[id] = kept.row.mark;
    return marks;
  }

  first() {
    return this.rows.size ? Math.min(...this.rows.keys()) : 0;
  }

  /** Takes new, changed and removed rows. Returns the rows of the other side that are new. */
  apply(rows, gone, { older }) {
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    const wasEmpty = this.rows.size === 0;
    const wasAtEnd = this.atEnd();
    const inSight = rows.find((row) => this.rows.has(row.id) && this.topOf(row.id) >= scroller.scrollTop);
    for (const id of gone) this.remove(id);
    const fresh = rows.filter((row) => !this.rows.has(row.id));
    for (const row of rows) this.put(row, { fresh: !wasEmpty && !older });
    if (rows.length || gone.length) {
      this.markDays();
      this.markCurrent();
    }
    this.showEmpty();
    const news = fresh.filter((row) => !row.mine);
    if (older) scroller.scrollTop = scroller.scrollHeight - fromEnd;
    else if (wasEmpty) this.showFrom(null, false);
    else if (this.follows && (fresh.length || gone.length)) this.showFrom(news.length ? news[0].id : null, true);
    else if (this.follows && (inSight || wasAtEnd)) this.stayAtEnd(inSight);
    this.watchEnd();
    return news;
  }

  put(row, { fresh }) {
    const known = this.rows.get(row.id);
    const confirms = row.mine && !known ? this.waitingFor(row) : null;
    if (confirms && this.previews.has(confirms)) this.previews.set(row.id, this.previews.get(confirms));
    const made = this.build(row);
    if (fresh && confirms === null) made.classList.add("fresh");
    if (known) {
      const hadFocus = known.element.contains(document.activeElement);
      made.classList.remove("fresh");
      known.element.replaceWith(made);
      if (hadFocus) made.focus({ preventScroll: true });
    } else {
      log.insertBefore(made, this.elementAfter(row.id));
      if (confirms !== null) this.dropWaiting(confirms);
    }
    this.rows.set(row.id, { row, element: made });
  }

  /** Which of the messages on their way this row of our own is; by its name, or where it has none by what it says. */
  waitingFor(row) {
    const name = row.ref === null ? "" : row.ref.split(":").pop();
    if (this.waiting.has(name)) return name;
    const all = Array.from(this.waiting.entries());
    const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
    const same = all.find(([, kept]) => row.ref === null && plain(kept.text) === plain(row.body) && kept.isFile === row.attachments.length > 0);
    const saved = same || all.find(([, kept]) => row.ref === null && kept.saved);
    return saved ? saved[0] : null;
  }

  elementAfter(id) {
    let next = null;
    for (const [other, kept] of this.rows) if (other > id && (next === null || other < next.row.id)) next = kept;
    return next === null ? null : next.element;
  }

  remove(id) {
    const known = this.rows.get(id);
    if (!known) return;
    if (known.element.contains(document.activeElement)) scroller.focus({ preventScroll: true });
    known.element.remove();
    this.rows.delete(id);
  }

  /** Everything off the screen at once. */
  blank() {
    for (const id of Array.from(this.rows.keys())) this.remove(id);
    pending.textContent = "";
    log.textContent = "";
    this.waiting.clear();
    this.current = null;
    this.showEmpty();
  }

  showEmpty() {
    byId("empty").hidden = this.rows.size > 0 || this.waiting.size > 0;
  }

  // Building one message ---------------------------------------------------------------------------------------------

  build(row) {
    const message = el("article", { className: "message " + (row.mine ? "mine" : "theirs"), tabIndex: -1 });
    message.dataset.id = row.id;
    if (row.buttons.length || row.expects !== "none") message.classList.add("asks");
    message.append(el("span", { className: "hearing" }, (row.mine ? texts.you : texts.title) + ": "));
    if (row.head) message.append(el("p", { className: "head" }, row.head));
    if (row.progress) message.append(progressBar(row.progress));
    if (row.body) message.append(el("p", { className: "body" }, row.body));
    for (const attachment of row.attachments) message.append(buildAttachment(attachment, this.previews.get(row.id)));
    if (row.note) message.append(el("p", { className: "note" }, row.note));
    if (row.buttons.length) message.append(this.buildButtons(row));
    message.append(el("time", { className: "hearing", dateTime: row.at }, clockTime(row.at)));
    return message;
  }

  buildButtons(row) {
    const all = el("div", { className: "buttons" });
    for (const line of row.buttons) {
      const isShort = line.length > 3 && line.every((button) => button.label.length <= 3);
      const made = el("div", { className: isShort ? "row short" : "row" });
      for (const button of line) made.append(this.buildButton(row, button));
      all.append(made);
    }
    return all;
  }

  buildButton(row, button) {
    const className = "button " + (button.style || "normal");
    if (button.url) return el("a", { className, href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.label);
    const made = el("button", { type: "button", className }, button.label);
    made.addEventListener("click", () => this.events.onTap(row, button, made));
    return made;
  }

  markCurrent() {
    let newest = null;
    for (const kept of this.rows.values()) {
      const asks = !kept.row.mine && (kept.row.buttons.length > 0 || kept.row.expects !== "none");
      if (asks && (newest === null || kept.row.id > newest.row.id)) newest = kept;
    }
    if (this.current && this.current !== newest) {
      this.current.element.classList.remove("current");
      const old = this.current.element.querySelector(".panel");
      if (old) old.remove();
    }
    this.current = newest;
    if (newest === null) return;
    newest.element.classList.add("current");
    if (!newest.element.querySelector(".panel")) {
      const panel = buildPanel(newest.row.expects, this.events.answers);
      const before = newest.element.querySelector(".buttons") || newest.element.querySelector("time");
      if (panel) newest.element.insertBefore(panel, before);
    }
  }

  expects() {
    return this.current ? this.current.row.expects : "none";
  }

  markDays() {
    for (const old of log.querySelectorAll(".day")) old.remove();
    let day = "";
    for (const id of Array.from(this.rows.keys()).sort((one, other) => one - other)) {
      const kept = this.rows.get(id);
      const its = dayName(kept.row.at);
      if (its !== day && (day !== "" || its !== texts.today)) log.insertBefore(el("p", { className: "day" }, its), kept.element);
      day = its;
    }
  }

  // What is still on its way -----------------------------------------------------------------------------------------

  /** `preview` is the local address of a picture, shown instead of fetching it back from the server. */
  putWaiting(id, text, { preview, name }) {
    const parts = [];
    if (preview) {
      this.previews.set(id, preview);
      parts.push(picture("div", { src: preview, alt: name }));
    } else if (name) {
      parts.push(el("p", { className: "attachment" }, icon("file"), name));
    }
    if (text) parts.push(el("p", { className: "body" }, text));
    const state = el("p", { className: "state" });
    const message = el("article", { className: "message mine unsent fresh", tabIndex: -1 },
      el("span", { className: "hearing" }, texts.you + ": "), ...parts, state);
    this.waiting.set(id, { message, state, bar: null, text, isFile: Boolean(name), saved: false });
    pending.append(message);
    this.showEmpty();
    this.toEnd(true);
  }

  isWaiting(id) {
    return this.waiting.has(id);
  }

  setWaiting(id, { uploads, clock }) {
    const known = this.waiting.get(id);
    if (!known) return;
    known.state.textContent = "";
    known.bar = null;
    if (uploads && !clock) {
      known.bar = el("progress", { max: 1, value: 0, "aria-label": texts.uploading });
      known.state.append(known.bar);
    } else if (clock) {
      const symbol = icon("clock");
      known.state.append(symbol, texts.waiting);
    }
    if (uploads) {
      const cancel = el("button", { type: "button" }, texts.cancel);
      cancel.addEventListener("click", () => this.events.onCancel(id));
      known.state.append(cancel);
    }
    if (this.follows) this.toEnd(false);
  }

  setProgress(id, share) {
    const known = this.waiting.get(id);
    if (known && known.bar) known.bar.value = share;
  }

  /** The server has it; the row itself comes, or has come, on its own. */
  savedWaiting(id) {
    const known = this.waiting.get(id);
    if (!known) return;
    known.saved = true;
    known.state.textContent = "";
    known.message.classList.remove("unsent");
  }

  dropWaiting(id) {
    const known = this.waiting.get(id);
    if (!known) return;
    if (known.message.contains(document.activeElement)) scroller.focus({ preventScroll: true });
    known.message.remove();
    this.waiting.delete(id);
    this.showEmpty();
  }

  // Scrolling --------------------------------------------------------------------------------------------------------

  /** Whoever answers wants to see what comes of it, wherever on the page they are. */
  follow() {
    this.follows = true;
  }

  atEnd() {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM;
  }

  /** A press counts only on the scroll bar: on a button it answers. */
  watchHand(event) {
    if (event.type !== "pointerdown" || event.target === scroller) this.byHandUntil = Date.now() + BY_HAND;
  }

  /** Whether to follow new messages: until the person scrolls up, and again when they are back at the end. */
  watchScroll() {
    const top = scroller.scrollTop;
    if (this.atEnd()) this.follows = true;
    else if (top < this.lastTop - 1 && Date.now() < this.byHandUntil) this.follows = false;
    this.lastTop = top;
    this.watchEnd();
  }

  /** The way to the end is offered where the end is out of sight and stays so. */
  watchEnd() {
    clearTimeout(this.endTimer);
    if (this.atEnd()) byId("newest").hidden = true;
    else this.endTimer = setTimeout(() => { byId("newest").hidden = this.atEnd(); }, SCROLLING);
  }

  toEnd(calm) {
    this.follows = true;
    scroller.classList.toggle("calm", calm);
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** To the end, but never past the beginning of message `id` (or of the current one). */
  showFrom(id, calm) {
    const kept = id === null ? this.current : this.rows.get(id);
    scroller.classList.toggle("calm", calm);
    const end = scroller.scrollHeight - scroller.clientHeight;
    const top = kept ? this.topOf(kept.row.id) : end;
    scroller.scrollTop = Math.min(end, top);
  }

  /** After messages changed in their place: one that was in sight is shown as far as it fits, else still the end. */
  stayAtEnd(inSight) {
    if (inSight) this.showFrom(inSight.id, false);
    else this.toEnd(false);
  }

  /** Where the scroller stands when a message begins at its upper edge. */
  topOf(id) {
    const edge = this.rows.get(id).element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    return edge + scroller.scrollTop - 12;
  }
}
