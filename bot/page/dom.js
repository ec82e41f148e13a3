// Small things every part needs: elements, icons, texts, ids, storage that may be forbidden.

const SVG = "http://www.w3.org/2000/svg";

export const page = JSON.parse(document.querySelector('meta[name="page"]').content);

/** The page's texts in the person's language; replaced when the language changes. */
export const texts = Object.assign({}, page.texts);

/** A text with {name} filled in. */
export function say(key, values) {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

export function byId(id) {
  return document.getElementById(id);
}

/** An element: el("p", {className: "x"}, child, "text"). Properties that start with "aria" or contain "-" become attributes. */
export function el(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined) continue;
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  for (const child of children) if (child !== null && child !== undefined) made.append(child);
  return made;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", "#i-" + name);
  svg.append(use);
  return svg;
}

/** 128 random bits as text. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** localStorage, or memory where the browser forbids it. */
export const shelf = (() => {
  try {
    localStorage.setItem("probe", "1");
    localStorage.removeItem("probe");
    return localStorage;
  } catch (refused) {
    const kept = new Map();
    return {
      getItem: (key) => (kept.has(key) ? kept.get(key) : null),
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
      key: (index) => Array.from(kept.keys())[index],
      get length() { return kept.size; },
    };
  }
})();
