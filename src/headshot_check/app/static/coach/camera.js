// The camera: on and off, small frames for guidance, full ones for the shot.

const WANTED = { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: "user" };
const FRAME_SHORT_PX = 480; // a head of a quarter of the height has 30 px between the eyes there: lids can still be told
const FRAME_LONG_PX = 960;
const FRAME_QUALITY = 0.85;
const SHOT_QUALITY = 0.95;
const NO_FRAME_MS = 500; // a camera that gives none for so long does not hold up the loop

export class Camera {
  /** `lost()` is called when the camera goes away by itself. */
  constructor(lost) {
    this.lost = lost;
    this.video = document.createElement("video");
    Object.assign(this.video, { muted: true, playsInline: true, autoplay: true });
    this.video.setAttribute("aria-label", "Preview of your camera, as in a mirror");
    this.canvas = document.createElement("canvas");
    this.stream = null;
    this.fresh = false;
    this.waiting = null;
    this.asked = 0;
  }

  get width() {
    return this.video.videoWidth;
  }

  get height() {
    return this.video.videoHeight;
  }

  /** Whether the preview is shown as in a mirror: all but cameras that look away from the person. */
  get mirrored() {
    return this.stream?.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
  }

  /** The device in use, and all that there are: [{id, label}]. */
  async devices() {
    const all = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    const used = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    return { used, all: all.map((one, index) => ({ id: one.deviceId, label: one.label || `Camera ${index + 1}` })) };
  }

  /** Null when frames come, else what is wrong: "unsupported", "denied", "missing", "in_use" or "failed". */
  async start(device = null) {
    this.stop();
    this.asked += 1;
    const { asked } = this;
    if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
    let stream;
    try {
      const video = device ? { ...WANTED, facingMode: undefined, deviceId: { exact: device } } : WANTED;
      stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch (error) {
      return problemOf(error);
    }
    if (asked !== this.asked) {
      for (const track of stream.getTracks()) track.stop();
      return "failed";
    }
    this.stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => stream === this.stream && this.lost());
    this.video.srcObject = stream;
    try {
      await this.video.play();
    } catch (error) {
      if (error.name !== "AbortError") return "failed"; // aborted: taken into another place of the page, it goes on
    }
    if (!this.width) return "failed";
    this.watch(stream);
    return null;
  }

  stop() {
    this.asked += 1;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  /** Notes each frame that the camera gives, as long as this stream lasts. */
  watch(stream) {
    const seen = () => {
      if (stream !== this.stream) return;
      this.fresh = true;
      this.waiting?.();
      again();
    };
    const again = () => (this.video.requestVideoFrameCallback ? this.video.requestVideoFrameCallback(seen) : requestAnimationFrame(seen));
    again();
  }

  /** Resolves when there is a frame that was not taken yet: at once, where one came meanwhile. */
  async nextFrame() {
    if (!this.fresh) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, NO_FRAME_MS);
        this.waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.waiting = null;
    }
    this.fresh = false;
  }

  /** The present frame as a small JPEG, or null while the camera is off. */
  async frame() {
    const { width, height } = this;
    if (!width) return null;
    const scale = Math.min(1, FRAME_SHORT_PX / Math.min(width, height), FRAME_LONG_PX / Math.max(width, height));
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    const context = this.canvas.getContext("2d", { alpha: false });
    context.imageSmoothingQuality = "medium";
    context.drawImage(this.video, 0, 0, wide, high);
    return jpegOf(this.canvas, FRAME_QUALITY);
  }

  /** `count` pictures in the camera's full resolution, as JPEG blobs, in the order in which they were taken. */
  async burst(count, apartMs) {
    const pictures = [];
    for (let left = count; left > 0 && this.width; left -= 1) {
      const picture = document.createElement("canvas");
      Object.assign(picture, { width: this.width, height: this.height });
      picture.getContext("2d", { alpha: false }).drawImage(this.video, 0, 0);
      pictures.push(picture);
      if (left > 1) {
        await new Promise((resolve) => setTimeout(resolve, apartMs));
        await this.nextFrame();
      }
    }
    return Promise.all(pictures.map((picture) => jpegOf(picture, SHOT_QUALITY)));
  }
}

function jpegOf(canvas, quality) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

function problemOf(error) {
  if (["NotAllowedError", "SecurityError"].includes(error.name)) return "denied";
  if (["NotFoundError", "OverconstrainedError"].includes(error.name)) return "missing";
  if (["NotReadableError", "AbortError"].includes(error.name)) return "in_use";
  return "failed";
}
