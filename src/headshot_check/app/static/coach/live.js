// The preview with what to do now, what is drawn on it, the list of live checks and the shutter.

import { h, icon, s } from "../web/dom.js";
import { STATUS_NAMES } from "../web/words.js";
import { Drawing } from "./drawing.js";
import { sign } from "./signs.js";

const STATUS_ICONS = { fail: "retake", warn: "usable", pass: "ready", not_assessed: "unreadable" };
const DONE_AT_S = 1; // the ring is full when the shutter is due

export class LiveView {
  /** `shoot()`, `neverMind(code)`, `choose(device)`. */
  constructor({ shoot, neverMind, choose }) {
    this.sign = h("span", { class: "coach-sign", "aria-hidden": "true" });
    this.text = h("span", { class: "coach-text" });
    this.said = h("p", { class: "coach-said" }, this.sign, this.text);
    this.drawing = new Drawing();
    this.mirror = h("div", { class: "coach-mirror" });
    this.light = h("div", { class: "coach-flash", "aria-hidden": "true" });
    this.checks = h("ul", { class: "coach-checks" });
    this.rows = new Map();
    this.ring = s("svg", { class: "coach-ring", viewBox: "0 0 72 72", "aria-hidden": "true" }, s("circle", { class: "track", cx: 36, cy: 36, r: 33 }), s("circle", { class: "done", cx: 36, cy: 36, r: 33, pathLength: 100 }));
    this.button = h("button", { type: "button", class: "coach-shutter", "aria-keyshortcuts": "Space", "aria-label": "Take the photo now", onclick: shoot }, this.ring);
    this.pass = h("button", { type: "button", class: "button coach-pass", onclick: () => this.code && neverMind(this.code) });
    this.cameras = h("select", { class: "field", onchange: () => choose(this.cameras.value) });
    this.chooser = h("label", { class: "coach-cameras" }, h("span", { class: "hidden" }, "Camera"), this.cameras);
    this.facts = h("p", { class: "coach-facts quiet number" });
    this.code = null;
  }

  /** The view of a camera that has begun. */
  begin(camera) {
    this.code = null;
    this.shown = "";
    this.sayWords("Looking …", "", sign(null, null, null));
    this.facts.textContent = "";
    this.checks.replaceChildren();
    this.rows.clear();
    this.pass.hidden = true;
    this.progress(0);
    this.drawing.begin(camera.width, camera.height);
    this.mirror.replaceChildren(camera.video, this.drawing.element, this.light);
    this.mirror.classList.toggle("mirrored", camera.mirrored);
    this.mirror.style.setProperty("--ratio", String(camera.width / camera.height));
    void camera.video.play().catch(() => {}); // moved within the page it may pause
    void this.listCameras(camera);
    return h(
      "section",
      { class: "coach-live", "aria-label": "Camera" },
      this.said,
      h("div", { class: "coach-stage" }, this.mirror),
      h("aside", { class: "coach-side", "aria-label": "Live checks" }, h("h3", {}, "Live checks"), this.checks, this.facts),
      h("div", { class: "coach-controls" }, h("div", { class: "coach-left" }, this.chooser), this.button, h("div", { class: "coach-right" }, this.pass, h("p", { class: "quiet coach-hint" }, "The photo is taken by itself when all is good. ", h("span", { class: "coach-key" }, h("kbd", {}, "Space"), " takes it now.")))),
    );
  }

  focus() {
    this.button.focus({ preventScroll: true });
  }

  async listCameras(camera) {
    const { used, all } = await camera.devices();
    this.chooser.hidden = all.length < 2;
    this.cameras.replaceChildren(...all.map(({ id, label }) => h("option", { value: id, selected: id === used }, label)));
  }

  show(guidance, rate) {
    const { instruction } = guidance;
    const tone = instruction.code === "good" ? "good" : instruction.status;
    if (`${instruction.code} ${instruction.text}` !== this.shown) {
      this.shown = `${instruction.code} ${instruction.text}`;
      this.sayWords(instruction.text, tone, sign(instruction.code, instruction.direction, instruction.group));
    }
    this.code = instruction.code;
    this.offerPass(instruction);
    this.progress(guidance.all_good ? Math.min(guidance.good_for / DONE_AT_S, 1) : 0);
    this.drawing.show(guidance);
    for (const check of guidance.checks) this.row(check);
    this.facts.textContent = rate ? `${rate.toFixed(0)} frames a second` : "";
  }

  sayWords(text, tone, drawn) {
    this.text.textContent = text;
    this.said.className = `coach-said ${tone}`;
    this.sign.replaceChildren(drawn);
  }

  /** What is only not quite right may be lived with. */
  offerPass({ code, status }) {
    const may = status === "warn";
    if (may) this.pass.textContent = code === "leave_car" ? "This is not a car" : "Ignore this";
    if (this.pass.hidden !== !may) {
      if (!may && document.activeElement === this.pass) this.focus();
      this.pass.hidden = !may;
    }
  }

  progress(share) {
    this.ring.style.setProperty("--left", String(100 * (1 - share)));
    this.drawing.progress(share);
    this.button.classList.toggle("due", share > 0);
  }

  row({ group, label, status }) {
    let row = this.rows.get(group);
    if (!row) {
      row = { item: h("li", {}), mark: h("span", { class: "coach-mark" }), spoken: h("span", { class: "hidden" }), status: null };
      row.item.append(row.mark, h("span", {}, label), row.spoken);
      this.rows.set(group, row);
      this.checks.append(row.item);
    }
    if (row.status === status) return;
    row.status = status;
    row.item.className = status;
    row.mark.replaceChildren(icon(STATUS_ICONS[status]));
    row.spoken.textContent = `: ${STATUS_NAMES[status]}`;
  }

  flash() {
    this.light.classList.remove("on");
    void this.light.offsetWidth; // the animation begins anew
    this.light.classList.add("on");
  }
}
