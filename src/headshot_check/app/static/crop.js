// The suggested crop beside the photo as it is, what it is worth, and a button that saves it.

import { h, icon } from "./web/dom.js";
import { verdictChip } from "./web/detail.js";
import { capitalised, checkLabel } from "./web/words.js";
import { photoFigure } from "./web/overlay.js";
import { ask, blobOf, download } from "./connection.js";
import { fileName } from "./grid.js";

/** Whether the file holds the photo as it was taken: of a damaged one no crop is offered. */
export function isWhole(report) {
  return !report.findings.some((one) => ["file.truncated", "file.damaged"].includes(one.check) && one.status === "fail");
}

/**
 * The panel of one photo. Where a crop is of use it is made at once; for a photo to retake only when it is asked for.
 * `made(crop)` hears where it was cut.
 */
export function cropPanel(photo, report, { targets, targetFor }, signal, made) {
  const wanted = report.verdict !== "retake" || report.crop.mends.length > 0;
  const chosen = targetFor(report.policy);
  const select = h("select", { class: "field" }, targets.map(({ name, title }) => h("option", { value: name, selected: name === chosen }, title)));
  const result = h("div", { class: "crop-result", "aria-live": "polite" });
  let last = null;
  const make = async () => {
    last?.abort();
    const control = (last = new AbortController());
    signal.addEventListener("abort", () => control.abort(), { once: true });
    result.replaceChildren(h("p", { class: "quiet" }, "Cropping …"));
    try {
      const query = { target: select.value, name: photo.name };
      const answer = await (await ask("crop", { body: photo.file, query, signal: control.signal })).json();
      const target = targets.find((one) => one.name === select.value);
      result.replaceChildren(...pictures(photo, report, answer, target));
      made(answer.crop);
    } catch (error) {
      if (error.name !== "AbortError") result.replaceChildren(h("p", { class: "quiet" }, capitalised(error.message), " ", error.remedy ?? ""));
    }
  };
  select.addEventListener("change", make);
  const panel = h("div", { class: "crop-panel" }, h("label", { class: "crop-target" }, "Crop for ", select), result);
  if (wanted) {
    void make();
    return h("section", { class: "crop" }, h("h3", {}, "The crop"), panel);
  }
  const anyway = h("details", { class: "crop" }, h("summary", {}, "Crop it anyway"), panel);
  anyway.addEventListener("toggle", () => anyway.open && !result.childElementCount && make());
  return anyway;
}

function pictures(photo, report, made, target) {
  const before = photoFigure({ ...report, crop: made.crop, findings: [], faces: [], drivers_seat: { verdict: "unlikely", cues: [] } }, { src: photo.thumb, alt: "The photo as it is, with the crop drawn on it", quiet: true });
  const after = h("div", { class: `cropped${target?.circle ? " round" : ""}` }, h("img", { src: made.image, alt: `The crop for ${target?.title ?? made.crop.target}` }));
  after.style.setProperty("--ratio", String(target?.aspect ?? 1));
  const [wide, high] = made.crop.size ?? [0, 0];
  const mends = made.crop.mends.map(checkLabel);
  const save = () => download(blobOf(made.image), `${fileName(photo.name).replace(/\.[^.]*$/, "")}-cropped.jpg`);
  return [
    h("div", { class: "beside" },
      h("figure", {}, before, h("figcaption", {}, "As it is ", verdictChip(made.before.verdict))),
      h("figure", {}, after, h("figcaption", {}, "Cropped ", verdictChip(made.report.verdict), made.report.score === null ? null : h("span", { class: "number quiet" }, String(made.report.score)))),
    ),
    mends.length ? h("p", { class: "crop-mends" }, icon("ready"), h("span", {}, `Mends: ${mends.join(", ")}`)) : null,
    made.report.score !== null && made.report.score < made.before.score ? h("p", { class: "quiet" }, `This crop scores lower than the photo as it is (${made.before.score}).`) : null,
    made.notes.length ? h("ul", { class: "crop-notes quiet" }, made.notes.map((note) => h("li", {}, note))) : null,
    h("p", { class: "crop-save" }, h("button", { type: "button", class: "button main", onclick: save }, icon("save"), "Save the crop"), h("span", { class: "quiet number" }, `${wide} × ${high} px`)),
  ].filter(Boolean);
}
