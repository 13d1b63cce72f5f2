// The photo and its crop in one place and at one scale, with a line between them that is moved: by hand or by arrow keys.

import { h } from "../web/dom.js";
import { high } from "./hand_frame.js";

const AROUND = 1.8; // times the crop's size: what is shown of the photo, so that a small face is not lost in it

/** The element; `set(frame, image)` after another crop, `setImage(src)` for a better picture of the photo. */
export function beforeAfter({ src, round }) {
  const photo = h("img", { class: "compared-photo", src, alt: "", draggable: "false" });
  const cut = h("img", { class: `compared-crop${round ? " round" : ""}`, alt: "", draggable: "false" });
  const after = h("div", { class: "compared-after" }, cut);
  const slider = h("input", { type: "range", min: "0", max: "100", value: "50", class: "compared-slider", "aria-label": "Before and after" });
  const line = h("span", { class: "compared-line", "aria-hidden": "true" });
  const tags = [h("span", { class: "compared-tag before" }, "Before"), h("span", { class: "compared-tag after" }, "After")];
  const element = h("div", { class: "compared" }, photo, after, tags, line, slider);
  const slide = () => {
    element.style.setProperty("--at", `${slider.value}%`);
    slider.ariaValueText = `${slider.value} % as it is, ${100 - slider.value} % cropped`;
  };
  slider.addEventListener("input", slide);
  slide();

  function set(frame, image) {
    const [width, height] = frame.size;
    const window = [Math.min(width, AROUND * frame.wide), Math.min(height, AROUND * high(frame))];
    const corner = [frame.x, frame.y].map((at, axis) => Math.min(Math.max(at - window[axis] / 2, 0), frame.size[axis] - window[axis]));
    const place = (one, [x, y, wide, tall]) => {
      one.style.left = `${(100 * (x - corner[0])) / window[0]}%`;
      one.style.top = `${(100 * (y - corner[1])) / window[1]}%`;
      one.style.width = `${(100 * wide) / window[0]}%`;
      one.style.height = `${(100 * tall) / window[1]}%`;
    };
    element.style.setProperty("--ratio", String(window[0] / window[1]));
    place(photo, [0, 0, width, height]);
    place(cut, [frame.x - frame.wide / 2, frame.y - high(frame) / 2, frame.wide, high(frame)]);
    cut.src = image;
  }
  return Object.assign(element, { set, setImage: (url) => (photo.src = url) });
}
