// Frames to the server, one at a time; guidance back.

import { ask } from "../connection.js";

const LEAST_APART_MS = 66; // 15 frames a second are enough for anybody, and leave the processor to the camera
const RATE_OVER_MS = 2000;
const MOST_REFUSED = 10; // frames in a row that the server cannot read

export class Guide {
  /** `told(guidance)` after each frame; `failed(problem)` when it cannot go on. */
  constructor(camera, { told, failed }) {
    Object.assign(this, { camera, told, failed });
    this.neverMind = new Set();
    this.control = null;
    this.times = [];
  }

  /** Frames a second over the last two seconds. */
  get rate() {
    const { times } = this;
    return times.length < 2 ? 0 : ((times.length - 1) * 1000) / (times.at(-1) - times[0]);
  }

  start(policy) {
    this.stop();
    this.control = new AbortController();
    this.times = [];
    void this.loop(policy, crypto.randomUUID(), this.control.signal);
  }

  stop() {
    this.control?.abort();
    this.control = null;
  }

  async loop(policy, session, signal) {
    let refused = 0;
    while (!signal.aborted) {
      const started = performance.now();
      await this.camera.nextFrame();
      const frame = signal.aborted ? null : await this.camera.frame();
      if (signal.aborted) return;
      if (frame) {
        try {
          const query = { session, policy, camera: this.camera.width, never_mind: [...this.neverMind].join(",") || null };
          const guidance = await (await ask("coach", { body: frame, query, signal })).json();
          refused = 0;
          if (!signal.aborted && !guidance.dropped) this.count(), this.told(guidance);
        } catch (problem) {
          if (signal.aborted || problem.name === "AbortError") return;
          refused += 1;
          if (problem.code !== "unreadable" || refused > MOST_REFUSED) {
            this.failed(problem);
            return;
          }
        }
      }
      const rest = LEAST_APART_MS - (performance.now() - started);
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }

  count() {
    const now = performance.now();
    this.times.push(now);
    while (this.times.length > 2 && now - this.times[0] > RATE_OVER_MS) this.times.shift();
  }
}
