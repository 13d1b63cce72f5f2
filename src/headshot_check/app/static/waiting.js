// Photos that wait for their check: the first few of them, each can be taken back.

import { h, icon } from "./web/dom.js";
import { fileName } from "./grid.js";

const MOST = 12; // more say nothing more; the count is below

/** Draws those that wait, `cancel(photo)` when one is taken back. */
export function drawWaiting(list, more, photos, cancel) {
  const shown = photos.slice(0, MOST);
  const held = [...list.children].findIndex((one) => one.photo.state === "cancelled" && one.contains(document.activeElement));
  const known = new Map([...list.children].map((cell) => [cell.photo, cell]));
  const cells = shown.map((photo) => known.get(photo) ?? cell(photo, cancel));
  for (const one of cells) one.classList.toggle("checking", one.photo.state === "checking");
  for (const [photo, one] of known) if (!shown.includes(photo)) one.remove();
  cells.forEach((one, index) => list.children[index] !== one && list.insertBefore(one, list.children[index] ?? null));
  list.hidden = !shown.length;
  if (held >= 0) (cells[Math.min(held, cells.length - 1)]?.querySelector("button") ?? list.closest("main")).focus({ preventScroll: true });
  more.textContent = photos.length > MOST ? `and ${photos.length - MOST} more` : "";
}

function cell(photo, cancel) {
  const button = h("button", { type: "button", class: "button plain square", "aria-label": `Cancel ${photo.name}`, onclick: () => cancel(photo) }, icon("cross"));
  const element = h("li", { class: "wait" }, h("span", { class: "dot" }), h("span", { class: "card-name" }, fileName(photo.name)), button);
  element.photo = photo;
  return element;
}
