// Elements, never markup: whatever comes out of a file's name or its metadata stays text.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. `attributes`: strings as they are, true = present, false/null = absent, `on...` functions listen. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element, as `h`. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Drawn on a field of 16 by 16, with round strokes.
const ICONS = {
  ready: "M3.2 8.6 6.6 12 12.8 4.6",
  usable: "M8 3v6M8 12.6v.1",
  retake: "M4 4l8 8M12 4l-8 8",
  unreadable: "M5.7 5.9a2.4 2.4 0 1 1 3.6 2.1c-.9.5-1.3 1-1.3 1.8M8 12.9v.1",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5.2a2.5 2.5 0 0 1 5 0v2.3",
  cross: "M4 4l8 8M12 4l-8 8",
  left: "M10 3.5 5.5 8l4.5 4.5",
  right: "M6 3.5 10.5 8 6 12.5",
  again: "M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.9 2.4v2.9H10",
  save: "M8 2.5v7.3M4.8 6.9 8 10.1l3.2-3.2M3 13.2h10",
  photo: "M2.5 3.5h11v9h-11zM2.8 11l3.2-3.2 2.3 2.3 2-2 3 3M10.2 6.2v.1",
  folder: "M2.5 12.5v-9h4l1.5 2h5.5v7z",
  paste: "M5.5 3.5h-2v10h9v-10h-2M5.5 2.5h5v2.5h-5z",
  camera: "M2.5 5h2.6l1-1.5h3.8l1 1.5h2.6v7.5h-11zM8 11a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 8 11z",
  power: "M8 2.5v5M5 4.4a4.7 4.7 0 1 0 6 0",
  bin: "M3 4.5h10M6.2 4.5V3h3.6v1.5M4.4 4.5l.7 8.7h5.8l.7-8.7",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.1 3.1",
  compare: "M2.5 3.5h4.3v9H2.5zM9.2 3.5h4.3v9H9.2z",
};

/** A small drawn sign beside words that say the same. */
export function icon(name) {
  return s("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICONS[name] }));
}
