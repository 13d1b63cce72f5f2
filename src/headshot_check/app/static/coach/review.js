// After the burst: the best shot with its report, the others beside it, and what to do with it.

import { h, icon } from "../web/dom.js";
import { detailView } from "../web/detail.js";
import { VERDICT_NAMES } from "../web/names.js";
import { ask, download } from "../connection.js";

const TITLES = { ready: "That is the one", usable: "Good, with a reservation", retake: "Not yet: take another", unreadable: "Take another" };

export class Review {
  /** `again()`, `keep(file)`, `said(text)`. */
  constructor({ policy, again, keep, said }) {
    Object.assign(this, { policy, again, keep, said });
    this.control = new AbortController();
    this.urls = [];
    this.element = h("section", { class: "coach-review", tabindex: "-1", "aria-label": "The shot" });
  }

  /** Checks the shots, ranks them and shows the best. Null, or the problem that kept it from that. */
  async choose(blobs) {
    const day = stamp(new Date());
    let done = 0;
    const bar = h("progress", { max: blobs.length, value: 0, "aria-label": "Shots checked" });
    this.element.replaceChildren(h("div", { class: "coach-wait" }, h("p", {}, `Choosing the best of ${blobs.length} shots …`), bar));
    try {
      const shots = await Promise.all(
        blobs.map(async (blob) => {
          const query = { policy: this.policy, name: `headshot-${day}.jpg`, preview: 0 };
          const { report } = await (await ask("check", { body: blob, query, signal: this.control.signal })).json();
          bar.value = done += 1;
          return { blob, report, url: this.urlOf(blob) };
        }),
      );
      const body = JSON.stringify({ reports: shots.map(({ report }) => report) });
      const { order } = await (await ask("rank", { body, query: { policy: this.policy }, signal: this.control.signal })).json();
      this.shots = order.map(({ index, reason }, place) => ({ ...shots[index], reason, place }));
    } catch (problem) {
      return problem.name === "AbortError" ? null : problem;
    }
    this.name = `headshot-${day}.jpg`;
    this.draw();
    this.show(this.shots[0]);
    const [{ report }] = this.shots;
    this.said(`${TITLES[report.verdict]}. ${VERDICT_NAMES[report.verdict]}, ${report.score ?? 0} of 100. ${report.retake[0] ?? ""}`);
    return null;
  }

  draw() {
    this.title = h("h3", { class: "coach-review-title", tabindex: "-1" });
    this.reason = h("p", { class: "quiet" });
    const strip = this.shots.length > 1 ? h("div", { class: "coach-strip", role: "radiogroup", "aria-label": "Shots of the burst, the best first" }, this.shots.map((shot) => this.thumb(shot))) : null;
    this.strip = strip;
    this.view = h("div", { class: "coach-shot" });
    this.keepButton = h("button", { type: "button", class: "button main", onclick: () => this.keep(this.file()) }, icon("ready"), "Keep it");
    this.againButton = h("button", { type: "button", class: "button", onclick: () => this.again() }, icon("again"), "Take another");
    const save = h("button", { type: "button", class: "button plain", onclick: () => download(this.shot.blob, this.name) }, icon("save"), h("span", {}, "Save", h("span", { class: "hidden" }, " the file")));
    this.element.replaceChildren(
      h("div", { class: "coach-review-scroll" }, h("header", { class: "coach-review-head" }, h("div", {}, this.title, this.reason), strip), this.view),
      h("footer", { class: "coach-review-foot" }, h("p", { class: "quiet" }, "Shown as others will see you, not as in a mirror."), save, this.againButton, this.keepButton),
    );
    this.title.focus({ preventScroll: true });
  }

  thumb(shot) {
    const label = `Shot ${shot.place + 1}: ${VERDICT_NAMES[shot.report.verdict]}, ${shot.reason}`;
    const button = h("button", { type: "button", class: "coach-thumb", role: "radio", "aria-checked": "false", tabindex: "-1", "aria-label": label, title: shot.reason, onclick: () => this.show(shot) }, h("img", { src: shot.url, alt: "" }), h("span", { class: `coach-place ${shot.report.verdict}` }, String(shot.place + 1)));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = this.shots[(shot.place + step + this.shots.length) % this.shots.length];
      this.show(next);
      next.button.focus();
    });
    shot.button = button;
    return button;
  }

  show(shot) {
    this.shot = shot;
    const { report, reason, place } = shot;
    const ready = report.verdict === "ready" || report.verdict === "usable";
    this.title.textContent = TITLES[report.verdict];
    this.reason.textContent = this.shots.length === 1 ? "" : place === 0 ? `The best of ${this.shots.length} shots.` : `Shot ${place + 1} of ${this.shots.length}: ${reason}.`;
    for (const one of this.shots) {
      one.button?.setAttribute("aria-checked", String(one === shot));
      one.button?.setAttribute("tabindex", one === shot ? "0" : "-1");
    }
    this.keepButton.classList.toggle("main", ready);
    this.againButton.classList.toggle("main", !ready);
    this.view.replaceChildren(detailView({ name: this.name, report, preview: shot.url }, { level: 3 }));
  }

  file() {
    return new File([this.shot.blob], this.name, { type: "image/jpeg", lastModified: Date.now() });
  }

  urlOf(blob) {
    const url = URL.createObjectURL(blob);
    this.urls.push(url);
    return url;
  }

  end() {
    this.control.abort();
    for (const url of this.urls.splice(0)) URL.revokeObjectURL(url);
  }
}

/** 2026-11-23-142305, local time. */
function stamp(now) {
  const two = (number) => String(number).padStart(2, "0");
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
