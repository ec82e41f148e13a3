// The page: joins the link, the outbox, the messages and the composer.

import { Composer, sheet } from "./composer.js";
import { byId, el, page, shelf, texts } from "./dom.js";
import { kindOf } from "./files.js";
import { Link } from "./link.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { acceptable, attachEntries } from "./panel.js";

const BANNER_AFTER = 1500;
const DOTS_AT_MOST = 15000;
const HIDING = "hiding:" + page.chat;
const HIDING_AT_MOST = 60000;

const answers = {
  text: (words) => say(words),
  files: (list, options) => sendFiles(list, options),
  place: (position) => { outbox.add({ kind: "place", content: position, text: position.latitude.toFixed(5) + ", " + position.longitude.toFixed(5) }); },
  problem: (words) => { byId("problem").textContent = words; },
};
const log = new Log({ onTap, onCancel: (id) => outbox.cancel(id), answers });
const link = new Link({ onOpen, onFrame, onClosed, onLost: () => location.reload() });
const composer = new Composer({ onText: say, onProblem: answers.problem });
const menu = sheet("menu-button", "menu");
const attach = sheet("attach-button", "attach");
let trouble = false;
let bannerTimer = 0;
let dotsTimer = 0;
let hidden = hiddenBefore();
let harmlessFrom = 0;
const outbox = new Outbox(link, { onChange, onTrouble: (yes) => { trouble = yes; showBanner(); }, onProgress: (item, share) => log.setProgress(item.id, share) });

// Sending -------------------------------------------------------------------------------------------------------------

function say(text) {
  outbox.add({ kind: "say", content: { text }, text });
}

function onTap(row, button, element) {
  if (button.tap === page.hideTap) {
    hide();
    return;
  }
  const message = element.closest(".message");
  if (message.dataset.tapped) return;
  const item = outbox.add({ kind: "tap", content: { data: button.tap, message: String(row.id) } });
  message.dataset.tapped = item.id;
  element.classList.add("pressed");
  log.follow();
}

function sendFiles(list, { voice }) {
  const { files, album } = acceptable(list, answers);
  for (const file of files) {
    const content = { kind: voice ? "voice" : kindOf(file.type), name: file.name, media_type: file.type };
    if (album) content.album = album;
    outbox.add({ kind: "file", content, blob: file });
  }
}

function onChange(item, state) {
  if (state === "refused") {
    log.dropWaiting(item.id);
    answers.problem(item.problem || texts.refused);
  }
  if (state === "cancelled") log.dropWaiting(item.id);
  if (item.kind === "tap") {
    if (state === "saved" || state === "refused") untap(item.id);
    if (state === "saved") showDots(true);
    return;
  }
  if (item.kind === "command" || (hidden && !harmlessFrom)) {
    if (state === "saved") showDots(true);
    return;
  }
  if (state === "waiting" && !log.isWaiting(item.id)) {
    const preview = item.blob && item.blob.type.startsWith("image/") ? URL.createObjectURL(item.blob) : null;
    log.putWaiting(item.id, item.text || "", { preview, name: item.blob ? item.content.name : "" });
  }
  if (state === "waiting" || state === "sending") {
    const late = state === "waiting" && (!link.isOpen() || trouble);
    log.setWaiting(item.id, { uploads: item.kind === "file", clock: late });
  }
  if (state === "saved") {
    log.savedWaiting(item.id);
    showDots(true);
  }
}

function untap(id) {
  const message = document.querySelector('.message[data-tapped="' + id + '"]');
  if (!message) return;
  delete message.dataset.tapped;
  for (const button of message.querySelectorAll(".pressed")) button.classList.remove("pressed");
}

// Receiving -----------------------------------------------------------------------------------------------------------

function onOpen() {
  trouble = false;
  showBanner();
  link.send({ type: "hello", have: log.have() });
}

function onClosed() {
  showDots(false);
  outbox.closed();
  showBanner();
}

function onFrame(frame) {
  switch (frame.type) {
    case "welcome":
      dress(frame);
      outbox.opened();
      break;
    case "rows":
      receive(frame);
      break;
    case "ack":
      outbox.acked(frame.id);
      break;
    case "later":
      outbox.later(frame.id);
      break;
    case "refused":
      outbox.refused(frame.id, frame.problem);
      break;
  }
}

function receive({ rows, gone, earlier, older }) {
  if (earlier !== undefined) byId("earlier").hidden = !earlier || hidden;
  const shown = hidden ? rows.filter(mayShow) : rows;
  const news = log.apply(shown, gone, { older: Boolean(older) });
  if (news.length || shown.some((row) => !row.mine)) showDots(false);
  if (news.length) answers.problem("");
  composer.expect(log.expects());
}

// Hiding --------------------------------------------------------------------------------------------------------------

function hide() {
  hidden = true;
  harmlessFrom = 0;
  try { sessionStorage.setItem(HIDING, String(Date.now())); } catch (refused) { /* the outbox remembers it too */ }
  log.blank();
  composer.clear();
  composer.expect("none");
  showDots(false);
  menu.close();
  menu.fill([]);
  byId("menu-button").hidden = true;
  attach.close();
  byId("earlier").hidden = true;
  outbox.add({ kind: "tap", urgent: true, content: { data: page.hideTap, message: "" } });
}

/** While hiding: only what is harmless, and whatever comes after it. */
function mayShow(row) {
  if (row.harmless) {
    harmlessFrom = harmlessFrom || row.id;
    try { sessionStorage.removeItem(HIDING); } catch (refused) { /* nothing was kept */ }
    return true;
  }
  if (harmlessFrom === 0 || row.id < harmlessFrom) return false;
  hidden = row.mine && hidden;
  return true;
}

function hiddenBefore() {
  try {
    if (Date.now() - Number(sessionStorage.getItem(HIDING) || 0) < HIDING_AT_MOST) return true;
  } catch (refused) { /* look at what is still unsent */ }
  for (let index = 0; index < shelf.length; index += 1) {
    const key = shelf.key(index);
    if (!key.startsWith("out:" + page.chat)) continue;
    const item = JSON.parse(shelf.getItem(key));
    if (item.kind === "tap" && item.content.data === page.hideTap) return true;
  }
  return false;
}

// Around the messages -------------------------------------------------------------------------------------------------

function dress({ language, texts: fresh, menu: commands }) {
  if (language !== document.documentElement.lang) {
    Object.assign(texts, fresh);
    document.documentElement.lang = language;
    document.title = texts.title;
    byId("title").textContent = texts.title;
    byId("empty").textContent = texts.empty;
    byId("earlier").textContent = texts.earlier;
    byId("log").setAttribute("aria-label", texts.messages);
    for (const [id, key] of [["hide", "hide"], ["menu-button", "menu"], ["attach-button", "attach"], ["send", "send"], ["newest", "newest"]]) {
      byId(id).setAttribute("aria-label", texts[key]);
      byId(id).title = texts[key];
    }
    composer.expect(log.expects());
    attach.fill(attachEntries(answers));
  }
  byId("menu-button").hidden = commands.length === 0 || (hidden && !harmlessFrom);
  menu.fill(commands.map(({ name, label, hides }) => {
    const made = el("button", { type: "button" }, label);
    made.addEventListener("click", hides ? hide : () => outbox.add({ kind: "command", content: { name } }));
    return made;
  }));
}

function showBanner() {
  clearTimeout(bannerTimer);
  const banner = byId("banner");
  if (link.isOpen() && !trouble) {
    banner.hidden = true;
    return;
  }
  bannerTimer = setTimeout(() => {
    const words = link.isOpen() ? texts.retrying : texts.offline;
    banner.hidden = false;
    if (banner.textContent !== words) banner.textContent = words;
  }, navigator.onLine ? BANNER_AFTER : 0);
}

function showDots(yes) {
  clearTimeout(dotsTimer);
  byId("dots").classList.toggle("shown", yes);
  if (yes) dotsTimer = setTimeout(() => showDots(false), DOTS_AT_MOST);
}

/** Keeps the composer above an on-screen keyboard where the browser lays it over the page. */
function fitKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
  view.addEventListener("resize", () => {
    const covered = Math.abs(view.scale - 1) < 0.01 && view.height < innerHeight - 40;
    document.body.classList.toggle("sized", covered);
    if (covered) document.documentElement.style.setProperty("--height", view.height + "px");
  });
}

byId("hide").addEventListener("click", hide);
byId("earlier").addEventListener("click", () => link.send({ type: "earlier", before: log.first() }));
attach.fill(attachEntries(answers));
fitKeyboard();
link.connect();
