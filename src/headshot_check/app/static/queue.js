// Photos on their way through the check: a few requests at once, each can be taken back, none gets lost.

import { ask, Problem } from "./connection.js";
import { keep } from "./photos.js";

const PREVIEW_PX = devicePixelRatio > 1.25 ? 480 : 300; // a card's photo is some 190 by 240 px
const WINDOW_MS = 4000; // over which the rate is taken

export class Queue {
  /** `changed(photo)` after each change, `gone()` when the program behind the page does not answer. */
  constructor({ changed, gone }) {
    this.changed = changed;
    this.gone = gone;
    this.parallel = 4;
    this.largest = Infinity;
    this.policy = null;
    this.waiting = [];
    this.running = new Map();
    this.paused = false;
    this.times = [];
    this.rounds = 0; // how often it began anew
    this.total = 0;
    this.ended = 0;
    this.checked = 0; // those that ended and were not taken back
  }

  get busy() {
    return this.waiting.length + this.running.size > 0;
  }

  /** Photos a second, lately; null before there is anything to tell. */
  get rate() {
    const now = performance.now();
    this.times = this.times.filter((time) => now - time < WINDOW_MS);
    if (this.times.length < 3) return null;
    return (1000 * (this.times.length - 1)) / (now - this.times[0]);
  }

  add(photos) {
    if (!this.busy) {
      this.rounds += 1;
      this.total = this.ended = this.checked = 0;
    }
    this.total += photos.length;
    for (const photo of photos) {
      photo.state = "waiting";
      this.waiting.push(photo);
      this.changed(photo);
    }
    this.pump();
  }

  /** Takes a photo back, also one whose check has begun. */
  cancel(photo) {
    const at = this.waiting.indexOf(photo);
    if (at >= 0) this.waiting.splice(at, 1);
    else if (!this.running.has(photo)) return;
    this.running.get(photo)?.abort();
    this.running.delete(photo);
    this.end(photo, "cancelled");
    this.pump();
  }

  cancelAll() {
    for (const photo of [...this.waiting].reverse()) this.cancel(photo); // first, so that none of them takes the place of one that runs
    for (const photo of [...this.running.keys()]) this.cancel(photo);
  }

  /** Forgets all that waits or runs, without a word: who calls knows what becomes of it. */
  withdraw() {
    for (const control of this.running.values()) control.abort();
    this.running.clear();
    this.waiting.length = 0;
  }

  /** Goes on after the program did not answer. */
  resume() {
    this.paused = false;
    this.pump();
  }

  pump() {
    while (!this.paused && this.waiting.length && this.running.size < this.parallel) {
      const photo = this.waiting.shift();
      const control = new AbortController();
      this.running.set(photo, control);
      photo.state = "checking";
      this.changed(photo);
      void this.check(photo, control);
    }
  }

  async check(photo, control) {
    const current = () => this.running.get(photo) === control;
    try {
      if (!photo.file) throw new Problem("no_file", "The page was loaded anew and has the result, but not the file.", "Add the photo again.");
      if (photo.file.size > this.largest) {
        throw new Problem("too_large", `The file has ${Math.round(photo.file.size / 1e6)} MB; ${Math.floor(this.largest / 1e6)} MB is the limit.`, "Save a smaller copy, and add that.");
      }
      const query = { policy: this.policy, name: photo.name, preview: PREVIEW_PX };
      const answer = await ask("check", { body: photo.file, query, signal: control.signal });
      const text = await answer.text();
      if (!current()) return;
      keep(photo, text);
      photo.policy = query.policy;
      this.running.delete(photo);
      this.times.push(performance.now());
      this.end(photo, "done");
    } catch (error) {
      if (!current()) return;
      this.running.delete(photo);
      if (error.code === "gone" || error.code === "closing" || error.code === "unauthorized") {
        photo.state = "waiting";
        this.waiting.unshift(photo);
        this.changed(photo);
        if (!this.paused) this.gone(error);
        this.paused = true;
        return;
      }
      photo.problem = error instanceof Problem ? error : new Problem("page", String(error), "Try again.");
      this.end(photo, "failed");
    }
    this.pump();
  }

  end(photo, state) {
    photo.state = state;
    this.ended += 1;
    if (state !== "cancelled") this.checked += 1;
    this.changed(photo);
  }
}
