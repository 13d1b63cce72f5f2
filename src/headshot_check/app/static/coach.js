// The retake coach: the camera, one instruction at a time, the shutter by itself, and the best of a burst.

import { h, icon } from "./web/dom.js";
import { Camera } from "./coach/camera.js";
import { Guide } from "./coach/guide.js";
import { LiveView } from "./coach/live.js";
import { Review } from "./coach/review.js";
import { Speaker } from "./coach/speaker.js";
import { errorView } from "./coach/error_view.js";

const SHOTS = 5; // of a burst: over half a second somebody who blinks has the eyes open again
const SHOTS_APART_MS = 120;
const DUE_S = 1; // all is good for so long: the shutter

/** Gives `button` its work. `policy()` names what the shots are for, each time the coach opens. */
export function mountCoach({ button, policy }) {
  const coach = new Coach(policy);
  button.addEventListener("click", () => coach.open());
  return coach;
}

class Coach {
  constructor(policy) {
    this.policy = policy;
    this.title = h("h2", { id: "coach-title", class: "coach-title" }, "Retake coach");
    const close = h("button", { type: "button", class: "button plain square", "aria-label": "Close the coach", onclick: () => this.dialog.close() }, icon("cross"));
    const privacy = h("p", { class: "coach-privacy quiet" }, icon("lock"), "Nothing leaves this machine");
    this.scene = h("div", { class: "coach-scene" });
    this.speaker = new Speaker();
    this.dialog = h("dialog", { class: "coach", id: "coach", "aria-labelledby": "coach-title" }, h("header", { class: "coach-bar" }, this.title, privacy, close), this.scene, this.speaker.element);
    this.dialog.addEventListener("close", () => this.end());
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => this.visible());
    addEventListener("pagehide", () => this.camera.stop());
    this.camera = new Camera(() => this.failed("lost"));
    this.live = new LiveView({
      shoot: () => void this.shoot("by hand"),
      neverMind: (code) => this.guide.neverMind.add(code),
      choose: (device) => void this.begin(device),
    });
    this.guide = new Guide(this.camera, { told: (guidance) => this.told(guidance), failed: (problem) => this.failed("server", problem) });
    this.review = null;
    this.turn = 0;
    document.head.append(h("link", { rel: "stylesheet", href: "/static/coach.css" }));
    document.body.append(this.dialog);
  }

  /** What is shown: "asking", "live", "burst", "choosing", "shot" or "error". */
  set state(state) {
    this.dialog.dataset.state = state;
  }

  get state() {
    return this.dialog.dataset.state;
  }

  open() {
    this.guide.neverMind.clear();
    if (!this.dialog.open) this.dialog.showModal();
    void this.begin();
  }

  /** Camera on, and guidance. */
  async begin(device = null) {
    const turn = this.pause();
    this.review?.end();
    this.review = null;
    this.state = "asking";
    this.show(h("div", { class: "coach-wait" }, h("span", { class: "coach-spinner" }), h("p", {}, "Asking for the camera …"), h("p", { class: "quiet" }, "If your browser asks, allow it. The picture goes to the program on this machine, and nowhere else.")));
    const problem = await this.camera.start(device);
    if (turn !== this.turn) {
      if (!problem && !["live", "burst"].includes(this.state)) this.camera.stop();
      return;
    }
    if (problem) {
      this.failed(problem);
      return;
    }
    this.state = "live";
    this.show(this.live.begin(this.camera));
    this.live.focus();
    this.guide.start(this.policy());
  }

  /** Guidance and camera off; what is under way then finds that its turn is over. */
  pause() {
    this.guide.stop();
    this.camera.stop();
    this.turn += 1;
    return this.turn;
  }

  show(element) {
    this.scene.replaceChildren(element);
  }

  told(guidance) {
    if (this.state !== "live") return;
    this.live.show(guidance, this.guide.rate);
    const { code, text } = guidance.instruction;
    this.dialog.dataset.code = code;
    this.dialog.dataset.rate = this.guide.rate.toFixed(1);
    this.speaker.say(text);
    if (guidance.all_good && guidance.good_for >= DUE_S) void this.shoot("by itself");
  }

  /** A burst in the camera's full resolution; the camera goes off, and the best is chosen. */
  async shoot(how) {
    if (this.state !== "live") return;
    const { turn } = this;
    this.state = "burst";
    this.dialog.dataset.shutter = how;
    this.guide.stop();
    this.live.flash();
    const grabbed = await this.camera.burst(SHOTS, SHOTS_APART_MS);
    if (turn !== this.turn) return;
    const next = this.pause();
    this.state = "choosing";
    this.review = new Review({ policy: this.policy(), again: () => void this.begin(), keep: (file) => this.keep(file), said: (text) => this.speaker.say(text, true) });
    this.show(this.review.element);
    this.review.element.focus();
    const problem = await this.review.choose(grabbed);
    if (next !== this.turn) return;
    if (problem) this.failed("server", problem);
    else this.state = "shot";
  }

  keep(file) {
    document.dispatchEvent(new CustomEvent("coach:photo", { detail: { file } }));
    this.dialog.close();
  }

  failed(kind, problem = null) {
    if (!this.dialog.open) return;
    this.pause();
    this.state = "error";
    this.dialog.dataset.error = kind;
    const view = errorView(kind, problem, () => void this.begin());
    this.show(view);
    view.querySelector("button").focus();
  }

  key(event) {
    const own = event.target.closest("button, select, input, summary, a, video");
    if (event.code !== "Space" || own || event.repeat || this.state !== "live") return;
    event.preventDefault();
    void this.shoot("by hand");
  }

  /** No camera behind the person's back: off while the page is hidden, on again when it is seen. */
  visible() {
    if (!this.dialog.open || !["live", "asking", "burst"].includes(this.state)) return;
    if (document.hidden) this.pause();
    else void this.begin();
  }

  end() {
    this.pause();
    this.review?.end();
    this.review = null;
    this.state = "closed";
    this.scene.replaceChildren();
    this.speaker.hush();
  }
}
