// What a screen reader says: the instruction when it has changed, not more often than it can be heard.

import { h } from "../web/dom.js";

const APART_MS = 1500; // a sentence of six words takes about as long

export class Speaker {
  constructor() {
    this.element = h("p", { class: "hidden coach-spoken", role: "status" });
    this.last = -Infinity;
    this.text = "";
    this.timer = 0;
  }

  /** Say this when there is room for it; `now`: at once. What comes later takes its place. */
  say(text, now = false) {
    if (text === this.text) return;
    this.text = text;
    clearTimeout(this.timer);
    const wait = now ? 0 : this.last + APART_MS - performance.now();
    if (wait <= 0) this.speak();
    else this.timer = setTimeout(() => this.speak(), wait);
  }

  speak() {
    if (this.element.textContent === this.text) return;
    this.element.textContent = this.text;
    this.last = performance.now();
  }

  hush() {
    clearTimeout(this.timer);
    this.text = "";
    this.element.textContent = "";
  }
}
