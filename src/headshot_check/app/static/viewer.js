// One photo at large: its report, the crop, and the way to the next one.

import { closesBesideIt } from "./web/beside.js";
import { h, icon } from "./web/dom.js";
import { detailView } from "./web/detail.js";
import { zoomKeys } from "./web/zoom.js";
import { ask, download } from "./connection.js";
import { cropPanel, isWhole } from "./crop.js";
import { fileName, stemOf } from "./grid.js";
import { alike, resultOf } from "./photos.js";

const LARGEST_PX = 60e6; // of an original that the browser decodes; beyond, the server's preview has to do
const PREVIEW_PX = 1024; // the largest that the server makes

export class Viewer {
  /** `shown()`: what one may leaf through; `others()`: all photos; `closed(photo)`, `remove(photo)`, `compare(photos)`. */
  constructor(dialog, { shown, others, closed, remove, compare, policies }) {
    Object.assign(this, { dialog, shown, others, closed, remove, compare, policies });
    this.photo = null;
    this.url = null;
    this.turn = 0;
    this.control = null;
    dialog.addEventListener("close", () => this.end());
    closesBesideIt(dialog);
    dialog.addEventListener("keydown", (event) => this.key(event));
    zoomKeys(dialog);
  }

  /** `removed`: {photo, undo} of the photo that was in its place. */
  async open(photo, removed = null) {
    const turn = this.begin(photo);
    const result = await resultOf(photo);
    if (turn !== this.turn) return;
    const crop = !result.report.crop || !isWhole(result.report) ? null : !photo.file ? noFile() : cropPanel(photo, result.report, this.policies(), this.control.signal, (cut) => view.figure.setCrop(cut));
    const view = detailView({ ...result, name: fileName(photo.name), preview: photo.thumb }, { level: 2, crop });
    view.querySelector("h2").id = "viewer-title";
    view.querySelector(".detail-words").prepend(...this.alike(photo));
    if (photo.file && view.figure.setImage) view.querySelector(".detail-photo").append(this.markedButton(photo, result.report.policy));
    this.dialog.replaceChildren(this.tools(photo, removed), h("div", { class: "viewer-scroll" }, view));
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.scrollTop = 0;
    view.querySelector("h2").focus({ preventScroll: true });
    if (view.figure.setImage && photo.file) void this.sharpen(photo, result.report, turn, (url) => (view.figure.setImage(url), crop?.setImage?.(url)));
  }

  /** A line about other shots of the same scene, or none. */
  alike(photo) {
    const others = this.others(photo).filter((other) => other !== photo && other.state === "done");
    const same = others.filter((other) => other.facts.digest && other.facts.digest === photo.facts.digest);
    const near = others.filter((other) => !same.includes(other) && alike(other, photo));
    if (!same.length && !near.length) return [];
    const named = (other) => h("bdi", {}, fileName(other.name));
    const many = `${near.length} other photos look like shots of the same scene.`;
    const words = !near.length ? ["The same file as ", named(same[0]), "."] : near.length > 1 ? many : [named(near[0]), " looks like a shot of the same scene."];
    const button = h("button", { type: "button", class: "button", onclick: () => this.compare([photo, ...near]) }, icon("compare"), "Compare");
    return [h("p", { class: "alike" }, h("span", {}, words), near.length ? button : null)];
  }

  begin(photo) {
    this.control?.abort();
    this.control = new AbortController();
    this.giveBack();
    this.photo = photo;
    this.turn += 1;
    return this.turn;
  }

  /** A button that saves the photo with its marks, as the command line draws them. */
  markedButton(photo, policy) {
    const words = h("span", { "aria-live": "polite" }, "Download the marked photo");
    const { signal } = this.control;
    const save = async () => {
      words.textContent = "Drawing …";
      try {
        const answer = await ask("overlay", { body: photo.file, query: { policy, name: fileName(photo.name) }, signal });
        download(await answer.blob(), `${stemOf(photo.name)}-marked.jpg`);
        words.textContent = "Download the marked photo";
      } catch (problem) {
        if (!signal.aborted) words.textContent = `${problem.message} ${problem.remedy ?? ""}`;
      }
    };
    return h("p", { class: "save-marked" }, h("button", { type: "button", class: "button plain", onclick: () => void save() }, icon("save"), words));
  }

  /** The original in place of the preview; where the browser cannot show it, a larger preview. */
  async sharpen(photo, report, turn, setImage) {
    const { width, height } = report.photo;
    if (width * height <= LARGEST_PX) {
      const url = URL.createObjectURL(photo.file);
      try {
        const image = new Image();
        image.src = url;
        await image.decode();
        // a browser that ignores the file's orientation must not get the marks wrong
        if (image.naturalWidth > image.naturalHeight === width > height && turn === this.turn) {
          this.url = url;
          setImage(url);
          return;
        }
      } catch {
        // not a format of this browser: HEIC, TIFF
      }
      URL.revokeObjectURL(url);
    }
    if (turn !== this.turn) return;
    try {
      const query = { policy: report.policy, name: photo.name, preview: PREVIEW_PX };
      const { preview } = await (await ask("check", { body: photo.file, query, signal: this.control.signal })).json();
      if (turn === this.turn && preview) setImage(preview);
    } catch {
      // the small preview stays
    }
  }

  tools(photo, removed) {
    const photos = this.shown();
    const at = photos.indexOf(photo);
    const step = (by, sign, words) => h("button", { type: "button", class: "button square", "aria-label": words, disabled: !photos[at + by], onclick: () => this.step(by) }, icon(sign));
    return h(
      "div",
      { class: "viewer-tools" },
      step(-1, "left", "Previous photo"),
      step(1, "right", "Next photo"),
      h("span", { class: "quiet number position" }, at < 0 ? "Not among the photos shown" : `${at + 1} of ${photos.length}`),
      h("span", { class: "grow" }),
      removed ? h("span", { class: "removed", role: "status" }, h("span", { class: "removed-name" }, h("bdi", {}, fileName(removed.photo.name)), " is removed."), " ", h("button", { type: "button", class: "link", onclick: () => (removed.undo(), void this.open(removed.photo)) }, "Undo")) : null,
      h("button", { type: "button", class: "button plain", onclick: () => this.drop(photo) }, icon("bin"), h("span", { class: "words" }, "Remove")),
      h("button", { type: "button", class: "button square", "aria-label": "Close", onclick: () => this.dialog.close() }, icon("cross")),
    );
  }

  step(by) {
    const photos = this.shown();
    const to = photos[photos.indexOf(this.photo) + by];
    if (to) void this.open(to);
  }

  drop(photo) {
    const photos = this.shown();
    const at = photos.indexOf(photo);
    const other = photos[at + 1] ?? photos[at - 1] ?? null;
    const undo = this.remove(photo);
    if (other) void this.open(other, { photo, undo });
    else this.dialog.close();
  }

  key(event) {
    if (event.target.closest("input, select, summary") || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) this.step(by);
  }

  giveBack() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  end() {
    const { photo } = this;
    this.begin(null);
    this.dialog.replaceChildren();
    this.closed(photo);
  }
}

function noFile() {
  return h("p", { class: "quiet" }, "To have it cropped, add the photo again: a reload keeps the results, not the files.");
}
