// How far the queue is: drawn often, said to screen readers seldom.

import { soon } from "./pace.js";

const SAID_EVERY_MS = 10_000;

export class Progress {
  constructor(queue, { box, bar, words, said }, summary) {
    Object.assign(this, { queue, box, bar, words, said, summary });
    this.whenDue = () => this.draw();
    this.saidAt = 0;
    this.round = 0; // the one whose end was said
  }

  changed() {
    soon(this.whenDue);
  }

  draw() {
    const { queue } = this;
    const { total, ended } = queue;
    this.box.hidden = !queue.busy;
    this.bar.max = Math.max(total, 1);
    this.bar.value = ended;
    const rate = queue.rate;
    const left = rate ? Math.ceil((total - ended) / rate) : null;
    const pace = rate ? ` · ${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}\u00a0a\u00a0second · ${duration(left)}\u00a0left` : "";
    this.words.textContent = queue.paused ? `${ended} of ${total} checked · waiting for the program` : `${ended} of ${total} checked${pace}`;
    this.speak(ended, total);
  }

  /** The first result, one line every ten seconds, and the end. */
  speak(ended, total) {
    const now = performance.now();
    const over = !this.queue.busy && total > 0;
    if (!over && this.over) this.said.textContent = "";
    // a round may begin and end between two looks
    if (over && (!this.over || this.round !== this.queue.rounds)) this.said.textContent = this.queue.checked ? `All checked: ${this.summary() || "no result"}.` : "Cancelled.";
    else if (!over && ended > 0 && (this.over || now - this.saidAt > SAID_EVERY_MS)) {
      this.said.textContent = `${ended} of ${total} photos checked.`;
      this.saidAt = now;
    }
    this.over = over;
    if (over) this.round = this.queue.rounds;
  }
}

function duration(seconds) {
  if (seconds < 60) return `${seconds}\u00a0s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60}\u00a0s`;
}
