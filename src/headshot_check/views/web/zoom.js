// Closer to a photo: by its buttons, + and -, the wheel with Ctrl, two fingers, or a double click; then it is dragged, or moved by keys.

import { h } from "./dom.js";

const CLOSEST = 8; // times; beyond, there are only pixels
const STEP = 1.5;
const PAN = 0.15; // of the frame, for a key
const WAYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }; // where the photo goes

/**
 * Makes what is in `frame` zoom; `layer` moves and grows in it. The result is the group of buttons; `changed(scale)`
 * hears of every change.
 */
export function zoomable(frame, layer, changed = () => {}) {
  let [scale, left, top] = [1, 0, 0]; // px of the frame: where the layer's corner is
  const fingers = new Map();
  const button = (text, words, onclick) => h("button", { type: "button", class: "button square", "aria-label": words, onclick }, text);
  const middle = () => [frame.clientWidth / 2, frame.clientHeight / 2];
  const buttons = [button("−", "Zoom out", () => zoom(1 / STEP)), button("Fit", "Fit the photo", () => zoom(0)), button("+", "Zoom in", () => zoom(STEP))];

  function draw() {
    [left, top] = [Math.min(0, Math.max(left, (1 - scale) * frame.clientWidth)), Math.min(0, Math.max(top, (1 - scale) * frame.clientHeight))];
    layer.style.transform = scale === 1 ? "" : `translate(${left}px, ${top}px) scale(${scale})`;
    frame.classList.toggle("zoomed", scale > 1);
    buttons[0].disabled = buttons[1].disabled = scale === 1;
    buttons[2].disabled = scale === CLOSEST;
    changed(scale);
  }

  /** `by` times closer, the point `x`, `y` of the frame staying where it is; 0: all of it. */
  function zoom(by, [x, y] = middle()) {
    const next = by ? Math.min(Math.max(scale * by, 1), CLOSEST) : 1;
    left = x - ((x - left) * next) / scale;
    top = y - ((y - top) * next) / scale;
    scale = next;
    draw();
  }

  function pan([across, down]) {
    left += across * PAN * frame.clientWidth;
    top += down * PAN * frame.clientHeight;
    draw();
  }

  const onButtons = (event) => event.target.closest(".zoom");
  const point = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const apart = ([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]);
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), point(event));
  }, { passive: false });
  // two fingers zoom the photo and not the page; one still scrolls
  frame.addEventListener("touchstart", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  frame.addEventListener("dblclick", (event) => onButtons(event) || zoom(scale > 1 ? 0 : 2.5, point(event)));
  frame.addEventListener("pointerdown", (event) => {
    if (onButtons(event)) return;
    if (event.pointerType === "mouse" && (event.button || scale === 1)) return;
    fingers.set(event.pointerId, point(event));
    if (scale > 1) frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = point(event);
    const spread = fingers.size === 2 ? apart([...fingers.values()]) : 0;
    fingers.set(event.pointerId, now);
    if (spread) return zoom(apart([...fingers.values()]) / spread, now);
    left += now[0] - before[0];
    top += now[1] - before[1];
    draw();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) frame.addEventListener(end, (event) => fingers.delete(event.pointerId));
  draw();
  return Object.assign(h("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, buttons), { zoom, pan });
}

/** Lets + and - and 0 zoom the photo that is open in `dialog`, and the arrow keys with Shift move it. */
export function zoomKeys(dialog) {
  dialog.addEventListener("keydown", (event) => {
    const way = event.shiftKey ? WAYS[event.key] : null;
    if (way && !event.target.closest("input, select")) {
      dialog.querySelector(".detail-photo .zoom")?.pan(way);
      event.preventDefault();
    }
    const by = { "+": STEP, "=": STEP, "-": 1 / STEP, 0: 0 }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.target.closest("input:not([type=checkbox]), select")) return;
    dialog.querySelector(".detail-photo .zoom")?.zoom(by);
    event.preventDefault();
  });
}
