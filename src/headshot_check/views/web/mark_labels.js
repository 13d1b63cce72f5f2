// Labels on the photo: each near what it names, none on a face or on another, all within the photo.

import { h, s } from "./dom.js";

const MARGIN = 4; // px to the photo's edge, to a face, and between labels
const NEAR = 10; // px: farther from its place, a label is tied to it by a line

/** A label; `region` is what it names, `kind` the classes that give its swatch a colour. */
export function markLabel(text, region, kind) {
  const element = h("span", { class: `mark-label ${kind}` }, h("span", { class: "swatch" }), text);
  return Object.assign(element, { region, kind });
}

/** x0, y0, x1, y1 in fractions of the photo, as far as the region lies in it. */
export function bounds(region) {
  const [xs, ys] = [0, 1].map((axis) => region.points.map((point) => Math.min(Math.max(point[axis], 0), 1)));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The area that two boxes share. */
export function shared(one, other) {
  const wide = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const high = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return wide > 0 && high > 0 ? wide * high : 0;
}

/**
 * Puts the labels in `element` on their places, off the boxes of `faces` (in fractions); one that fits nowhere is left
 * out. The result has for each label that stands away from its place {kind, from, to}: a line in fractions.
 */
export function settleLabels(element, faces) {
  const size = [element.clientWidth, element.clientHeight];
  if (!size[0] || !size[1]) return [];
  const inPixels = (box) => box.map((at, axis) => at * size[axis % 2]);
  const taken = faces.map((box) => grown(inPixels(box)));
  const leaders = [];
  const labels = [...element.children].filter((one) => !one.hidden);
  const extents = labels.map((one) => [one.offsetWidth, one.offsetHeight]);
  labels.forEach((label, index) => {
    const place = inPixels(bounds(label.region));
    const box = cheapest(place, extents[index], size, taken);
    label.classList.toggle("left-out", !box);
    if (!box) return;
    taken.push(grown(box));
    label.style.transform = `translate(${box[0].toFixed(1)}px, ${box[1].toFixed(1)}px)`;
    if (distance(box, place) > NEAR) leaders.push({ kind: label.kind, ...leader(box, place, size) });
  });
  return leaders;
}

const grown = ([x0, y0, x1, y1]) => [x0 - MARGIN, y0 - MARGIN, x1 + MARGIN, y1 + MARGIN];

/** The free box nearest to `place`: in its middle, at its edges, else anywhere; null where the photo is full. */
function cheapest(place, [wide, high], size, taken) {
  const [x0, y0, x1, y1] = place;
  const [x, y] = [(x0 + x1 - wide) / 2, (y0 + y1 - high) / 2];
  const gap = MARGIN + 1;
  const corners = [[x, y], [x, y0 - high - gap], [x, y1 + gap], [x0 - wide - gap, y], [x1 + gap, y], [x0, y0 - high - gap], [x1 - wide, y0 - high - gap], [x0, y1 + gap], [x1 - wide, y1 + gap]];
  const near = corners.length;
  const last = [size[0] - wide - MARGIN, size[1] - high - MARGIN];
  for (let top = MARGIN; top <= last[1]; top += high / 2) for (let left = MARGIN; left <= last[0]; left += high) corners.push([left, top]);
  let best = null;
  let least = Infinity;
  corners.forEach((corner, index) => {
    const [left, top] = corner.map((at, axis) => Math.max(Math.min(at, last[axis]), MARGIN));
    const box = [left, top, left + wide, top + high];
    const cost = distance(box, place) + (index < near ? index / 4 : high);
    if (cost < least && taken.every((other) => !shared(box, other))) [best, least] = [box, cost];
  });
  return best;
}

function distance(one, other) {
  return Math.hypot(Math.max(one[0] - other[2], other[0] - one[2], 0), Math.max(one[1] - other[3], other[1] - one[3], 0));
}

/** From the label's edge to a little within its place, in fractions. */
function leader(box, place, size) {
  const middle = [0, 1].map((axis) => (place[axis] + place[axis + 2]) / 2);
  const inset = [0, 1].map((axis) => Math.min(NEAR, (place[axis + 2] - place[axis]) / 2));
  const within = (at, from, axis, by) => Math.min(Math.max(at, from[axis] + by), from[axis + 2] - by);
  const half = (box[3] - box[1]) / 2; // the line ends under the label's round end
  const start = [within(middle[0], box, 0, half), within(middle[1], box, 1, half)];
  const end = start.map((at, axis) => within(at, place, axis, inset[axis]));
  return { from: start.map((at, axis) => at / size[axis]), to: end.map((at, axis) => at / size[axis]) };
}

/** The lines of `settleLabels`, drawn in a picture of this size. */
export function leaderLines(leaders, width, height) {
  return leaders.map(({ kind, from, to }) => {
    const ends = { x1: from[0] * width, y1: from[1] * height, x2: to[0] * width, y2: to[1] * height };
    return s("g", { class: kind }, s("line", { ...ends, class: "shade" }), s("line", { ...ends, class: "line" }));
  });
}
