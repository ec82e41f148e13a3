// What fits the question asked now: pickers, camera, files, recorder, position. It stands under the question itself.

import { el, icon, newId, page, say, texts } from "./dom.js";

/** The element for what is expected, or null. `answers` has `text(words)`, `files(list, options)`, `place(position)`, `problem(words)`. */
export function buildPanel(expects, answers) {
  switch (expects) {
    case "date": return picker("date", texts.date, answers);
    case "time": return picker("time", texts.time, answers);
    case "datetime": return picker("datetime-local", texts.datetime, answers);
    case "photo": return wrap(...photoButtons(answers));
    case "file": return wrap(fileButton("file", texts.choose_file, { multiple: true }, answers));
    case "voice": return recorder(answers);
    case "place": return placeButton(answers);
    default: return null;
  }
}

/** The same things for sending something at any moment, as entries of the attach menu. */
export function attachEntries(answers) {
  return [
    ...photoButtons(answers),
    fileButton("file", texts.file, { multiple: true }, answers),
    ...(canRecord() ? [] : [fileButton("voice", texts.choose_recording, { accept: "audio/*" }, answers)]),
  ];
}

function wrap(...children) {
  return el("div", { className: "panel" }, ...children);
}

function action(symbol, label, onClick) {
  const made = el("button", { type: "button", className: "button" }, icon(symbol), label);
  made.addEventListener("click", onClick);
  return made;
}

function picker(type, label, answers) {
  const input = el("input", { type });
  const form = el("form", { className: "panel", noValidate: true }, el("label", {}, label, input),
    el("button", { type: "submit", className: "button primary" }, texts.send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.value) {
      answers.problem(texts.pick_first);
      input.focus();
      return;
    }
    answers.text(input.value.replace("T", " "));
  });
  return form;
}

function photoButtons(answers) {
  const choose = fileButton("image", texts.choose_photo, { accept: "image/*", multiple: true }, answers);
  if (!matchMedia("(pointer: coarse)").matches) return [choose];
  return [fileButton("camera", texts.take_photo, { accept: "image/*", capture: "environment" }, answers), choose];
}

function fileButton(symbol, label, { accept, multiple, capture }, answers) {
  return action(symbol, label, () => {
    const input = el("input", { type: "file", accept: accept || "", multiple: Boolean(multiple), hidden: true });
    if (capture) input.setAttribute("capture", capture);
    input.addEventListener("change", () => {
      answers.files(Array.from(input.files), {});
      input.remove();
    });
    document.body.append(input);
    input.click();
  });
}

function canRecord() {
  return Boolean(window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
}

const RECORDED = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

/** Records when asked, sends when stopped. A finished recording can be chosen instead. */
function recorder(answers) {
  const choose = fileButton("file", texts.choose_recording, { accept: "audio/*" }, answers);
  if (!canRecord()) return wrap(choose);
  const label = el("span", {}, texts.record);
  const button = el("button", { type: "button", className: "button primary" }, icon("voice"), label);
  let running = null;
  button.addEventListener("click", async () => {
    if (running) {
      running.stop();
      return;
    }
    try {
      running = await record((blob) => {
        running = null;
        label.textContent = texts.record;
        const extension = blob.type.includes("ogg") ? "ogg" : blob.type.includes("mp4") ? "m4a" : "webm";
        answers.files([new File([blob], texts.voice.toLowerCase() + "." + extension, { type: blob.type })], { voice: true });
      }, (seconds) => { label.textContent = texts.stop_recording + " · " + seconds + " s"; }, () => button.isConnected);
    } catch (refused) {
      answers.problem(texts.microphone_failed);
    }
  });
  return wrap(button, choose);
}

/** Throws where the microphone is not given. The recording ends by itself when its button has left the page. */
async function record(onDone, onSecond, isWanted) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = RECORDED.find((type) => MediaRecorder.isTypeSupported(type));
  const machine = new MediaRecorder(stream, mimeType ? { mimeType } : {});
  const parts = [];
  let seconds = 0;
  onSecond(seconds);
  const clock = setInterval(() => {
    seconds += 1;
    if (!isWanted() && machine.state === "recording") machine.stop();
    else onSecond(seconds);
  }, 1000);
  machine.ondataavailable = (event) => { if (event.data.size) parts.push(event.data); };
  machine.onstop = () => {
    clearInterval(clock);
    for (const track of stream.getTracks()) track.stop();
    onDone(new Blob(parts, { type: (machine.mimeType || "audio/webm").split(";")[0] }));
  };
  machine.start(1000);
  return machine;
}

function placeButton(answers) {
  const label = el("span", {}, texts.share_place);
  const button = el("button", { type: "button", className: "button primary" }, icon("place"), label);
  const failed = () => {
    label.textContent = texts.share_place;
    answers.problem(texts.place_failed);
  };
  button.addEventListener("click", () => {
    answers.problem("");
    if (!navigator.geolocation) {
      failed();
      return;
    }
    label.textContent = texts.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        label.textContent = texts.share_place;
        answers.place({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy });
      },
      failed,
      { enableHighAccuracy: true, timeout: 30000, maximumAge: 15000 },
    );
  });
  return wrap(button);
}

/** Files that may be sent; says what is wrong with the others. */
export function acceptable(files, answers) {
  const fine = [];
  const wrong = [];
  const megabytes = (bytes) => (bytes / 1048576).toFixed(1).replace(".", document.documentElement.lang === "pl" ? "," : ".");
  for (const file of files) {
    if (file.size === 0) wrong.push(say("empty_file", { name: file.name }));
    else if (file.size > page.maxFile) wrong.push(say("too_large", { name: file.name, size: megabytes(file.size), limit: Math.floor(page.maxFile / 1048576) }));
    else fine.push(file);
  }
  answers.problem(wrong.join(" "));
  return { files: fine, album: fine.length > 1 ? newId() : null };
}
