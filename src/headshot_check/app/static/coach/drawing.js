// What is drawn on the preview: where the head belongs, where it is, and what tells of a car. Coordinates are the
// frame's, which is not mirrored; the element stands in the mirror with the video.

import { s } from "../web/dom.js";
import { shownCues } from "../web/words.js";

const FRAMED = new Set(["distance", "position"]); // groups for which the head to aim at is drawn
const PUSH = { left: [1, 0], right: [-1, 0], up: [0, -1], down: [0, 1] }; // in the frame, where left is right

export class Drawing {
  constructor() {
    this.shade = s("path", { class: "outside" });
    this.aim = s("path", { class: "aim" });
    this.done = s("path", { class: "aim done", pathLength: 100 });
    this.goal = s("ellipse", { class: "goal" });
    this.cues = s("g", { class: "cues" });
    this.face = s("path", { class: "face" });
    this.eyes = s("path", { class: "eyes" });
    this.push = s("g", { class: "push" }, [0, 1, 2].map((step) => s("path", { d: "M-7-12 5 0-7 12", class: `step-${step}` })));
    this.element = s("svg", { class: "coach-drawing", preserveAspectRatio: "none", "aria-hidden": "true" }, this.shade, this.cues, this.goal, this.aim, this.done, this.face, this.eyes, this.push);
  }

  begin(width, height) {
    Object.assign(this, { width, height });
    this.unit = Math.min(width, height) / 480;
    this.element.style.setProperty("--ring", `${8 * this.unit}px`);
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    for (const part of [this.shade, this.aim, this.done, this.face, this.eyes]) part.setAttribute("d", "");
    this.cues.replaceChildren();
    this.push.style.display = this.goal.style.display = "none";
  }

  show(guidance) {
    const { instruction, aim, face, eyes, head, drivers_seat: seat, all_good: good } = guidance;
    this.element.setAttribute("class", `coach-drawing ${good ? "good" : instruction.status}`);
    const shape = this.shapeOf(aim);
    this.aim.setAttribute("d", shape);
    this.done.setAttribute("d", shape);
    this.shade.setAttribute("d", `M0 0H${this.width}V${this.height}H0Z${shape}`);
    this.showGoal(aim, FRAMED.has(instruction.group));
    this.face.setAttribute("d", face ? corners(this.box(face), 0.2) : "");
    this.eyes.setAttribute("d", eyes ? this.eyeLine(eyes) : "");
    this.showPush(instruction.direction, this.box(head ?? face ?? aim.head));
    const cues = instruction.code === "leave_car" ? shownCues(seat).filter((cue) => cue.region) : [];
    this.cues.replaceChildren(...cues.map((cue) => s("path", { class: `cue ${cue.name}`, d: this.outline(cue.region) })));
  }

  /** How much of the second is over, drawn around the aim. */
  progress(share) {
    this.done.style.strokeDashoffset = String(100 * (1 - share));
    this.done.style.opacity = share > 0 ? 1 : 0;
  }

  point([x, y]) {
    return [x * this.width, y * this.height];
  }

  box(region) {
    const points = region.points.map((one) => this.point(one));
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  }

  outline(region) {
    return `M${region.points.map((one) => this.point(one).map(Math.round).join(" ")).join("L")}Z`;
  }

  /** The target's shape from its top, clockwise on the mirrored screen, a little within the frame. */
  shapeOf(aim) {
    const inset = 6 * this.unit;
    const { x, y, width, height } = this.box(aim.region);
    const [rx, ry, middle] = [width / 2 - inset, height / 2 - inset, x + width / 2];
    if (aim.round) return `M${middle} ${y + inset}A${rx} ${ry} 0 0 0 ${middle} ${y + height - inset}A${rx} ${ry} 0 0 0 ${middle} ${y + inset}Z`;
    return `M${middle} ${y + inset}H${x + inset}V${y + height - inset}H${x + width - inset}V${y + inset}Z`;
  }

  showGoal(aim, wanted) {
    const { x, y, width, height } = this.box(aim.head);
    this.goal.style.display = wanted ? "" : "none";
    for (const [name, value] of Object.entries({ cx: x + width / 2, cy: y + height / 2, rx: width / 2, ry: height / 2 })) this.goal.setAttribute(name, value);
  }

  eyeLine(eyes) {
    const [[x0, y0], [x1, y1]] = eyes.points.map((one) => this.point(one));
    const [dx, dy] = [(x1 - x0) * 0.28, (y1 - y0) * 0.28];
    return `M${x0 - dx} ${y0 - dy}L${x1 + dx} ${y1 + dy}`;
  }

  /** Arrows beside the head that run where it should go. */
  showPush(direction, { x, y, width, height }) {
    const towards = PUSH[direction];
    this.push.style.display = towards ? "" : "none";
    if (!towards) return;
    const [dx, dy] = towards;
    const gap = 34 * this.unit;
    const [px, py] = [x + width / 2 + dx * (width / 2 + gap), y + height / 2 + dy * (height / 2 + gap)];
    const turn = (Math.atan2(dy, dx) * 180) / Math.PI;
    const [inX, inY] = [clamp(px, gap, this.width - gap), clamp(py, gap, this.height - gap)];
    this.push.setAttribute("transform", `translate(${inX} ${inY}) rotate(${turn}) scale(${1.5 * this.unit})`);
  }
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** The four corners of a box, as in a viewfinder. */
function corners({ x, y, width, height }, share) {
  const [a, b] = [width * share, height * share];
  const [right, bottom] = [x + width, y + height];
  return `M${x} ${y + b}V${y}H${x + a}M${right - a} ${y}H${right}V${y + b}M${right} ${bottom - b}V${bottom}H${right - a}M${x + a} ${bottom}H${x}V${bottom - b}`;
}
