// Crops sent to be judged: one request at a time, after a pause of the hand; what changes meanwhile is judged next.

const PAUSE_MS = 200;

export class Judging {
  /** `send(frame, signal)` gives an answer; `got(answer, frame)`, `failed(error)` and `busy(on)` hear of it. */
  constructor({ send, got, failed, busy }) {
    Object.assign(this, { send, got, failed, busy });
    this.timer = 0;
    this.control = null;
    this.wanted = undefined; // the frame to be judged next; null: the suggested one
    this.waiting = [];
  }

  /** Has a frame judged, at once or when it has not changed for a while. */
  judge(frame, { now = false } = {}) {
    clearTimeout(this.timer);
    this.wanted = frame;
    this.busy(true);
    this.timer = setTimeout(() => void this.run(), now ? 0 : PAUSE_MS);
  }

  /** Forgets what was to be judged. */
  stop() {
    clearTimeout(this.timer);
    this.control?.abort();
    this.control = null;
    this.wanted = undefined;
    this.timer = 0;
    this.end();
  }

  /** Resolves when nothing is to be judged any more. */
  settled() {
    if (!this.timer && !this.control) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async run() {
    this.timer = 0;
    if (this.control) return; // looked after below
    while (this.wanted !== undefined && !this.timer) {
      const frame = this.wanted;
      const control = (this.control = new AbortController());
      this.wanted = undefined;
      try {
        const answer = await this.send(frame, control.signal);
        if (!control.signal.aborted) this.got(answer, frame);
      } catch (error) {
        if (!control.signal.aborted) this.failed(error);
      }
      if (this.control !== control) return; // stopped, and perhaps begun anew
      this.control = null;
    }
    if (!this.timer) this.end();
  }

  end() {
    this.busy(false);
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
