// Writing: the text field that grows, what it expects, and the little menus beside it.

import { byId, page, say, texts } from "./dom.js";

const DRAFT = "draft:" + page.chat;
const field = byId("text");

export class Composer {
  /** `onText(text)` sends; `onProblem(words)` says why it cannot. */
  constructor({ onText, onProblem }) {
    this.onText = onText;
    this.onProblem = onProblem;
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    field.addEventListener("input", () => { this.grow(); this.keepDraft(); onProblem(""); });
    field.addEventListener("keydown", (event) => {
      const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && !matchMedia("(pointer: coarse)").matches;
      if (sends) { event.preventDefault(); this.submit(); }
    });
    this.restore();
  }

  submit() {
    const text = field.value.trim();
    if (text === "") return;
    if (text.length > page.maxText) {
      this.onProblem(say("too_long", { length: text.length, limit: page.maxText }));
      return;
    }
    this.onText(text);
    this.clear();
    this.forgetDraft();
    if (document.activeElement !== field && !matchMedia("(pointer: coarse)").matches) field.focus();
  }

  clear() {
    field.value = "";
    this.grow();
    this.onProblem("");
  }

  grow() {
    field.style.height = "auto";
    field.style.height = field.scrollHeight + 3 + "px";
  }

  /** Which keyboard the next answer wants. */
  expect(kind) {
    const number = kind === "number";
    field.inputMode = number ? "decimal" : "text";
    const words = number ? texts.write_number : texts.write;
    field.placeholder = words;
    field.setAttribute("aria-label", words);
  }

  keepDraft() {
    try { sessionStorage.setItem(DRAFT, field.value); } catch (refused) { /* the draft lives as long as the page */ }
  }

  forgetDraft() {
    try { sessionStorage.removeItem(DRAFT); } catch (refused) { /* nothing was kept */ }
  }

  restore() {
    try { field.value = sessionStorage.getItem(DRAFT) || ""; } catch (refused) { field.value = ""; }
    this.grow();
  }
}

/** A button that opens and closes a sheet of buttons; arrows move, Escape closes. */
export function sheet(buttonId, sheetId) {
  const button = byId(buttonId);
  const list = byId(sheetId);
  const open = (yes) => {
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes && list.firstElementChild) list.firstElementChild.focus();
  };
  button.addEventListener("click", () => open(list.hidden));
  list.addEventListener("click", (event) => { if (event.target.closest("button")) { open(false); button.focus(); } });
  const around = button.parentElement;
  around.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { open(false); button.focus(); }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = Array.from(list.querySelectorAll("button"));
    if (!step || list.hidden || all.length === 0) return;
    event.preventDefault();
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  document.addEventListener("pointerdown", (event) => { if (!around.contains(event.target)) open(false); });
  around.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !around.contains(event.relatedTarget)) open(false);
  });
  return { close: () => open(false), fill: (entries) => { list.textContent = ""; list.append(...entries); } };
}
