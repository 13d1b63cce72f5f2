// The crop of a photo: the suggested one or one's own, beside the photo as it is, what it is worth, and a button that saves it.

import { h, icon } from "./web/dom.js";
import { verdictChip } from "./web/detail.js";
import { VERDICT_NAMES } from "./web/names.js";
import { capitalised, checkLabel, problems } from "./web/words.js";
import { photoFigure } from "./web/overlay.js";
import { ask, blobOf, download } from "./connection.js";
import { beforeAfter } from "./crop/before_after.js";
import { frameEditor, placeInWords } from "./crop/editor.js";
import { frameOf, regionOf } from "./crop/hand_frame.js";
import { Judging } from "./crop/judging.js";
import { stemOf } from "./grid.js";

const WAYS = { beside: "Side by side", slider: "Before and after", hand: "Crop by hand" };

/** Whether the file holds the photo as it was taken: of a damaged one no crop is offered. */
export function isWhole(report) {
  return !report.findings.some((one) => ["file.truncated", "file.damaged"].includes(one.check) && one.status === "fail");
}

/**
 * The panel of one photo. Where a crop is of use it is made at once; for a photo to retake only when it is asked for.
 * `made(crop)` hears where it was cut; the element has `setImage(url)` for a better picture of the photo.
 */
export function cropPanel(photo, report, { targets, targetFor }, signal, made) {
  const wanted = report.verdict !== "retake" || report.crop.mends.length > 0;
  const chosen = targetFor(report.policy);
  const select = h("select", { class: "field" }, targets.map(({ name, title }) => h("option", { value: name, selected: name === chosen }, title)));
  const target = () => targets.find((one) => one.name === select.value);
  const result = h("div", { class: "crop-result" });
  const said = h("p", { class: "hidden", role: "status" });
  let [view, hand, source, way] = [null, null, photo.thumb, "beside"];
  let unjudged = false; // the frame is where the server could not be asked about it
  const suggestions = new Map(); // by target

  const judging = new Judging({ send, got, failed, busy: (on) => result.classList.toggle("judging", on) });
  signal.addEventListener("abort", () => judging.stop(), { once: true });

  async function send(frame, aborted) {
    const region = frame && regionOf(frame).points.map((point) => point.map((at) => at.toFixed(6)).join(",")).join(" ");
    const query = { target: select.value, name: photo.name, region };
    return (await ask("crop", { body: photo.file, query, signal: aborted })).json();
  }

  function got(answer, frame) {
    unjudged = false;
    if (!frame) suggestions.set(select.value, answer);
    if (view) view.show(answer, Boolean(frame));
    else result.replaceChildren((view = viewOf(answer)).element);
    if (!frame) made(answer.crop);
    const wrong = wrongIn(answer);
    if (frame) said.textContent = `Your crop: ${VERDICT_NAMES[answer.report.verdict]}, ${answer.report.score} of 100. ${wrong ? `Wrong in it: ${wrong}.` : "Nothing is wrong."}`;
  }

  function failed(error) {
    const words = h("p", { class: "quiet" }, capitalised(error.message), " ", error.remedy ?? "");
    unjudged = true;
    if (view) view.words.replaceChildren(words);
    else result.replaceChildren(words);
  }

  /** The suggestion for the chosen target. */
  function suggest() {
    judging.stop();
    [view, hand] = [null, null];
    const known = suggestions.get(select.value);
    if (known) return got(known, null);
    result.replaceChildren(h("p", { class: "quiet" }, "Cropping …"));
    judging.judge(null, { now: true });
  }

  function byHand(frame) {
    hand = frame;
    const region = regionOf(frame);
    view.follow(region);
    made({ target: select.value, region });
    said.textContent = placeInWords(frame);
    judging.judge(frame);
  }

  function reset() {
    judging.stop();
    hand = null;
    const answer = suggestions.get(select.value);
    view.editor.set(frameOf(answer.crop, report.photo, target().aspect));
    view.follow(answer.crop.region);
    got(answer, null);
    said.textContent = "The suggested crop again.";
  }

  function viewOf(answer) {
    const { aspect, circle, title } = target();
    const before = photoFigure({ ...report, crop: answer.crop, findings: [], faces: [], drivers_seat: { verdict: "unlikely", cues: [] } }, { src: source, alt: "The photo as it is, with the crop drawn on it", quiet: true });
    const editor = frameEditor(frameOf(answer.crop, report.photo, aspect), byHand);
    const image = h("img", { alt: `The crop for ${title}` });
    const after = h("div", { class: `cropped${circle ? " round" : ""}` }, image);
    after.style.setProperty("--ratio", String(aspect));
    const slider = beforeAfter({ src: source, round: circle });
    const verdict = h("span", { class: "crop-verdict" });
    const caption = h("figcaption", {}, verdict);
    const lines = h("div", { class: "crop-lines" });
    const stage = h("div", { class: "crop-stage" }, before, editor);
    stage.style.setProperty("--ratio", String(report.photo.width / report.photo.height));
    const pair = h("div", { class: "beside" },
      h("figure", { class: "crop-before" }, stage, h("figcaption", {}, "As it is ", verdictChip(answer.before.verdict), points(answer.before.score))),
      h("figure", { class: "crop-after" }, after, caption),
    );
    const words = h("div", { class: "crop-words" });
    const size = h("span", { class: "quiet number" });
    const back = h("button", { type: "button", class: "button", onclick: () => (reset(), editor.focusFrame()) }, icon("again"), "Reset");
    const ways = h("div", { class: "crop-ways", role: "group", "aria-label": "How the crop is shown" });
    const buttons = Object.entries(WAYS).map(([name, text]) => h("button", { type: "button", class: "button", "data-way": name, onclick: () => turnTo(name) }, text));
    ways.append(...buttons);
    const hint = h("p", { class: "quiet crop-hint" }, "Drag the frame, or pull it at a corner.");
    let last = answer;

    function go(to) {
      way = to;
      pair.classList.toggle("by-hand", to === "hand");
      pair.classList.toggle("sliding", to === "slider");
      slider.hidden = to !== "slider";
      hint.hidden = editor.hidden = to !== "hand";
      if (to === "hand") caption.append(lines); // in sight of the hand
      else words.before(lines);
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.way === to));
    }

    function turnTo(name) {
      go(name);
      if (name === "hand") editor.focusFrame();
      pair.scrollIntoView({ block: "nearest" });
    }

    function show(now, own) {
      last = now;
      image.src = now.image;
      slider.set(frameOf(now.crop, report.photo, aspect), now.image);
      verdict.replaceChildren(own ? "Your crop " : "Cropped ", verdictChip(now.report.verdict), points(now.report.score) ?? "");
      lines.replaceChildren(...linesOn(now));
      words.replaceChildren(...wordsOn(now));
      size.textContent = (now.crop.size ?? []).join(" × ") + " px";
      back.hidden = !hand;
    }

    const save = async () => {
      if (unjudged) judging.judge(hand, { now: true });
      await judging.settled(); // what is saved is what the frame shows now
      if (!signal.aborted && !unjudged) download(blobOf(last.image), `${stemOf(photo.name)}-cropped.jpg`);
    };
    const follow = (region) => {
      before.setCrop({ target: select.value, region });
      back.hidden = !hand;
    };
    const foot = h("p", { class: "crop-save" }, h("button", { type: "button", class: "button main", onclick: () => void save() }, icon("save"), "Save the crop"), back, size);
    pair.append(slider);
    const all = h("div", { class: "crop-view" }, ways, pair, hint, lines, words, foot);
    show(answer, false);
    go(way);
    return { element: all, show, follow, editor, words, setImage: (url) => (before.setImage(url), slider.setImage(url)) };
  }

  select.addEventListener("change", suggest);
  const panel = h("div", { class: "crop-panel" }, h("label", { class: "crop-target" }, "Crop for ", select), result, said);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !hand) return;
    event.preventDefault(); // it takes the frame back; the next one closes the photo
    event.stopPropagation();
    reset();
  });
  const setImage = (url) => {
    source = url;
    view?.setImage(url);
  };
  if (wanted) {
    suggest();
    return Object.assign(h("section", { class: "crop" }, h("h3", {}, "The crop"), panel), { setImage });
  }
  const anyway = h("details", { class: "crop" }, h("summary", {}, "Crop it anyway"), panel);
  anyway.addEventListener("toggle", () => anyway.open && !result.childElementCount && suggest());
  return Object.assign(anyway, { setImage });
}

const points = (score) => (score === null ? null : h("span", { class: "number quiet" }, String(score)));

const namesOf = (checks) => [...new Set(checks.map(checkLabel))].join(", ");

const wrongIn = ({ report }) => namesOf(problems(report).map((one) => one.check));

/** What the crop fixes, and what it does not. */
function linesOn(made) {
  const line = (sign, lead, names) => names && h("p", { class: `crop-line ${sign}` }, icon(sign), h("span", {}, h("strong", {}, `${lead}: `), names));
  return [line("ready", "Fixed", namesOf(made.crop.mends)), line("usable", "Wrong in the crop", wrongIn(made))].filter(Boolean);
}

/** What its owner should know. */
function wordsOn(made) {
  const noted = !made.crop.mends.length && made.report.verdict === made.before.verdict; // the crop's own notes say it then
  const lower = !noted && made.report.score !== null && made.report.score < made.before.score;
  return [
    lower ? h("p", { class: "quiet" }, `This crop scores lower than the photo as it is (${made.before.score}).`) : "",
    made.notes.length ? h("ul", { class: "crop-notes quiet" }, made.notes.map((note) => h("li", {}, note))) : "",
  ].filter(Boolean);
}
