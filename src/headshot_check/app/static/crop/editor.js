// The suggested frame in a hand: dragged, pulled at its corners and edges, moved by arrow keys.

import { h } from "../web/dom.js";
import { grown, high, moved, pulled } from "./hand_frame.js";

const STEP = 0.01; // of the photo's width, for a key
const GROWTH = 1.03;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HANDLES = { nw: [-1, -1], n: [0, -1], ne: [1, -1], e: [1, 0], se: [1, 1], s: [0, 1], sw: [-1, 1], w: [-1, 0] };
const HELP = "Arrow keys move the frame, with Shift they change its size. Escape takes it back to the suggestion.";

/** An element to lie on the photo, as large as it. `changed(frame)` hears of every change; `set(frame)` puts it elsewhere. */
export function frameEditor(start, changed) {
  let frame = start;
  let grab = null; // where a pointer took hold: {id, x, y, side, frame}
  const handles = Object.entries(HANDLES).map(([name]) => h("span", { class: `crop-handle ${name}`, "data-handle": name }));
  const help = h("span", { class: "hidden", id: "crop-help" }, HELP);
  const box = h("div", { class: "crop-hand", tabindex: "0", role: "application", "aria-label": "Crop frame", "aria-describedby": help.id }, handles);
  const layer = h("div", { class: "crop-layer" }, box, help);

  function set(to) {
    frame = to;
    const [width, height] = frame.size;
    const percent = (part, whole) => `${((100 * part) / whole).toFixed(3)}%`;
    box.style.left = percent(frame.x - frame.wide / 2, width);
    box.style.top = percent(frame.y - high(frame) / 2, height);
    box.style.width = percent(frame.wide, width);
    box.style.height = percent(high(frame), height);
    box.style.transform = frame.lean ? `rotate(${frame.lean}rad)` : "";
  }

  function change(to) {
    set(to);
    changed(frame);
  }

  box.addEventListener("pointerdown", (event) => {
    if (event.button || grab) return;
    const side = HANDLES[event.target.dataset.handle] ?? null;
    grab = { id: event.pointerId, x: event.clientX, y: event.clientY, side, frame };
    box.setPointerCapture(event.pointerId);
    box.focus({ preventScroll: true });
    event.preventDefault(); // no selection, no image dragged along
  });
  box.addEventListener("pointermove", (event) => {
    if (event.pointerId !== grab?.id) return;
    const scale = frame.size[0] / layer.clientWidth;
    const by = [(event.clientX - grab.x) * scale, (event.clientY - grab.y) * scale];
    change(grab.side ? pulled(grab.frame, grab.side, ...by) : moved(grab.frame, ...by));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) box.addEventListener(end, (event) => event.pointerId === grab?.id && (grab = null));
  box.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // arrow keys go from photo to photo elsewhere
    const step = STEP * frame.size[0];
    if (event.shiftKey) change(grown(frame, way[0] - way[1] > 0 ? GROWTH : 1 / GROWTH));
    else change(moved(frame, way[0] * step, way[1] * step));
  });
  set(start);
  return Object.assign(layer, { set, focusFrame: () => box.focus({ preventScroll: true }) });
}

/** Where a frame is, in words. */
export function placeInWords({ x, y, wide, aspect, size: [width, height] }) {
  const percent = (part, whole) => `${Math.round((100 * part) / whole)} %`;
  return `Frame ${percent(wide, width)} of the photo's width, ${percent(x - wide / 2, width)} from the left, ${percent(y - wide / aspect / 2, height)} from the top.`;
}
