// The photo with what was found drawn on it, each layer with a switch that is its legend.

import { h, s } from "./dom.js";
import { bounds, leaderLines, markLabel, settleLabels, shared } from "./mark_labels.js";
import { ROUND_TARGETS, WRONG_NAMES } from "./names.js";
import { capitalised, checkLabel, problems, shownCues } from "./words.js";
import { zoomable } from "./zoom.js";

const MOST_PROBLEMS = 4; // outlined, as on the overlay picture

/**
 * The photo of a report with its layers.
 *
 * `options`: `src` (picture), `alt`, `quiet` (no switches), `only` (names of the layers that start switched on, where not
 * the usual ones). The element has `setImage(url)`, `setCrop(crop)` and `point(region | null)`, which outlines one place.
 */
export function photoFigure(report, { src = null, alt = "", quiet = false, only = null } = {}) {
  const { width, height } = report.photo ?? { width: 4, height: 5 };
  const image = h("img", { alt, src, width, height, decoding: "async", draggable: "false" });
  const drawing = s("svg", { class: "marks", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const labels = h("div", { class: "mark-labels", "aria-hidden": "true" });
  const layer = h("div", { class: "photo-layer" }, image, drawing);
  const frame = h("div", { class: "photo-frame" }, layer, labels);
  frame.style.setProperty("--ratio", String(width / height));
  const figure = h("figure", { class: "photo" }, frame);

  const layers = layersOf(report, width, height);
  for (const layer of layers) {
    layer.group = s("g", { class: `mark ${layer.kind}`, "data-layer": layer.name }, layer.shapes);
    layer.labels = (layer.texts ?? []).map(({ text, region, tone }) => markLabel(text, region, tone ?? layer.name));
    drawing.append(layer.group);
    labels.append(...layer.labels);
    show(layer, only ? only.includes(layer.name) : layer.on);
  }
  const pointer = s("g", { class: "mark pointed" });
  const leaders = s("g", { class: "mark leaders" });
  drawing.append(leaders, pointer);
  const faces = report.faces.map((face) => bounds(face.box));
  const tools = quiet ? null : zoomable(frame, layer, (scale) => frame.style.setProperty("--zoom", String(scale)));
  /** The corner that the buttons take, in fractions. */
  const corner = () => (tools && !frame.classList.contains("on-paper") ? [[tools.offsetLeft / frame.clientWidth, tools.offsetTop / frame.clientHeight, 1, 1]] : []);
  const settle = () => leaders.replaceChildren(...leaderLines(settleLabels(labels, [...faces, ...corner()]), width, height));
  if (tools) frame.append(tools);
  if (!quiet && layers.length) figure.append(switches(layers, settle));
  figure.setCrop = (crop) => layers.find((layer) => layer.name === "crop")?.group.replaceChildren(...cropShapes(crop, width, height));
  figure.setImage = (url) => image.setAttribute("src", url);
  figure.point = (region) => pointer.replaceChildren(...(region ? outline(region, width, height) : []));
  figure.setPaper = (on) => {
    frame.classList.toggle("on-paper", on);
    settle();
  };
  new ResizeObserver(settle).observe(frame);
  return figure;
}

/** Labels stand in pixels: those of an open report are put anew in the size that is printed. */
for (const [event, on] of [["beforeprint", true], ["afterprint", false]]) {
  addEventListener(event, () => {
    for (const figure of document.querySelectorAll(".detail-photo > .photo")) figure.setPaper?.(on);
  });
}

function layersOf(report, width, height) {
  const layers = [];
  if (report.crop) layers.push({ name: "crop", kind: "crop", title: round(report.crop) ? "Crop circle" : "Crop", on: true, shapes: cropShapes(report.crop, width, height) });
  for (const cue of shownCues(report.drivers_seat)) {
    if (!cue.region) continue;
    const title = capitalised(cue.name.replace("_", " ").replace("car window", "window"));
    const texts = [{ text: `${title} ${cue.shown}`, region: cue.region }];
    layers.push({ name: cue.name, kind: `cue ${cue.name}`, title, on: true, shapes: outline(cue.region, width, height), texts });
  }
  const places = problemPlaces(report);
  if (places.length) {
    const shapes = places.map(({ region, tone }) => s("g", { class: tone }, outline(region, width, height))).reverse(); // the worst on top
    const texts = places.map(({ named, text, tone }) => ({ text, region: named, tone }));
    layers.push({ name: "problems", kind: "problem", title: "Problems", on: true, shapes, texts });
  }
  const marked = layers.some(({ name }) => name !== "crop"); // frames round the face would compete with it
  if (report.faces.length) layers.push({ name: "face", kind: "face", title: "Face", on: !marked, shapes: faceShapes(report.faces, width, height) });
  return layers;
}

function show(layer, on) {
  layer.on = on;
  layer.group.toggleAttribute("hidden", !on);
  layer.group.style.display = on ? "" : "none";
  for (const one of layer.labels) one.hidden = !on;
}

function switches(layers, settled) {
  const set = h("fieldset", { class: "switches" }, h("legend", {}, "Show on the photo"));
  for (const layer of layers) {
    const box = h("input", { type: "checkbox", "data-layer": layer.name, onchange: () => (show(layer, box.checked), settled()) });
    box.checked = layer.on;
    set.append(h("label", { class: `switch ${layer.kind}` }, box, h("span", { class: "swatch" }), layer.title));
  }
  return set;
}

function path(points, width, height) {
  return `M${points.map(([x, y]) => `${(x * width).toFixed(1)} ${(y * height).toFixed(1)}`).join("L")}Z`;
}

/** The part of a polygon that lies in the photo: clipped at each of its edges in turn (Sutherland and Hodgman). */
function inPhoto(points) {
  for (const [axis, edge] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
    const inside = (point) => (edge ? point[axis] <= 1 : point[axis] >= 0);
    const crossing = (a, b) => a.map((at, other) => at + ((edge - a[axis]) / (b[axis] - a[axis])) * (b[other] - at));
    points = points.flatMap((point, index) => {
      const before = points.at(index - 1);
      const kept = inside(point) ? [point] : [];
      return inside(point) === inside(before) ? kept : [crossing(before, point), ...kept];
    });
    if (!points.length) return [[0, 0]];
  }
  return points;
}

/** A stroke with a dark one beneath it, so that it shows on any photo. */
function outline(region, width, height) {
  return strokes("path", { d: path(inPhoto(region.points), width, height) });
}

function strokes(tag, attributes) {
  return [s(tag, { ...attributes, class: "shade" }), s(tag, { ...attributes, class: "line" })];
}

function faceShapes(faces, width, height) {
  return faces.map((face) => {
    const shapes = strokes("rect", box(face.box, width, height, 0.12));
    if (face.main && face.head) shapes.push(...strokes("rect", { ...box(face.head, width, height, 0.18), "data-dashed": "" }));
    if (face.main && face.eyes) {
      for (const [x, y] of face.eyes.points) shapes.push(...strokes("circle", { cx: x * width, cy: y * height, r: 0.05 * face.inter_eye_px }));
    }
    return s("g", {}, shapes);
  });
}

function box(region, width, height, corner) {
  const [x0, y0, x1, y1] = bounds(region);
  return { x: x0 * width, y: y0 * height, width: (x1 - x0) * width, height: (y1 - y0) * height, rx: corner * (x1 - x0) * width };
}

export function round(crop) {
  return ROUND_TARGETS.includes(crop.target);
}

function cropShapes(crop, width, height) {
  const frame = `M0 0H${width}V${height}H0Z`;
  const region = path(crop.region.points, width, height);
  if (!round(crop)) return [s("path", { class: "outside", d: frame + region }), ...strokes("path", { d: region })];
  const points = crop.region.points.map(([x, y]) => [x * width, y * height]);
  const [cx, cy] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const sides = points.map((point, index) => Math.hypot(point[0] - points.at(index - 1)[0], point[1] - points.at(index - 1)[1]));
  const r = Math.min(...sides) / 2;
  const ring = `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  return [s("path", { class: "outside", d: frame + ring }), ...strokes("circle", { cx, cy, r })];
}

/** Where the worst findings are; those of one place share one outline. */
function problemPlaces(report) {
  const places = [];
  const leaning = eyeLine(report);
  const worst = problems(report).map((one) => ({ ...one, region: one.region ?? (one.check === "pose.roll" ? leaning : null) }));
  for (const { check, status, region } of worst.filter((one) => one.region && !one.check.startsWith("car.")).slice(0, MOST_PROBLEMS)) {
    const known = places.find((place) => overlap(bounds(place.region), bounds(region)) > 0.6);
    const named = region === leaning ? { points: region.points.slice(1) } : region; // at the line's end: off the face
    const wrong = WRONG_NAMES[check] ?? checkLabel(check); // of a package that is not there any more
    if (known) known.text += `, ${wrong}`;
    else places.push({ region, named, tone: status, text: capitalised(wrong) });
  }
  return places;
}

/** Through both eyes and beyond: how a head leans, which is no area; null where no eyes were seen. */
function eyeLine(report) {
  const eyes = report.faces.find((face) => face.main)?.eyes?.points;
  if (eyes?.length !== 2) return null;
  const beyond = (one, other) => one.map((at, axis) => at + 0.45 * (at - other[axis]));
  return { points: [beyond(eyes[0], eyes[1]), beyond(eyes[1], eyes[0])] };
}

/** Intersection over union. */
function overlap(one, other) {
  const area = ([x0, y0, x1, y1]) => (x1 - x0) * (y1 - y0);
  const both = shared(one, other);
  return both && both / (area(one) + area(other) - both);
}
