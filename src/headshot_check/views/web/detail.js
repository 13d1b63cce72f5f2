// One report for people: verdict, plan, what is wrong against its limits, what is good, what was not checked.

import { h, icon } from "./dom.js";
import { gauge } from "./gauge.js";
import { MOST_SUBJECTS, NOT_TOLD, SUBJECT_NAMES, VERDICT_NAMES } from "./names.js";
import { photoFigure } from "./overlay.js";
import { reportText } from "./report_text.js";
import { GOOD, STATUS_NAMES, capitalised, causeOf, checkLabel, isJudged, planHeading, problems, shownCues } from "./words.js";

const STATUS_ICONS = { fail: "retake", warn: "usable", pass: "ready", not_assessed: "unreadable" };

/** The verdict as a sign, a word and a colour. */
export function verdictChip(verdict) {
  return h("span", { class: `chip ${verdict}` }, icon(verdict), VERDICT_NAMES[verdict]);
}

/**
 * The whole view of one result.
 *
 * `result`: {name, report, preview}; `options`: `src` (a larger picture than the preview), `level` (of its headings, 2
 * by default), `crop` (an element with what can be done about a crop). The element has `figure` (see photoFigure).
 */
export function detailView(result, { src = null, level = 2, crop = null } = {}) {
  const { report, name } = result;
  const figure = report.verdict === "unreadable" ? unreadablePhoto() : photoFigure(report, { src: src ?? result.preview, alt: `The photo ${name}` });
  const heading = (text) => h(`h${level + 1}`, {}, text);
  const view = h(
    "article",
    { class: `detail ${report.verdict}` },
    headline(result, level),
    h("div", { class: "detail-photo" }, figure),
    h(
      "div",
      { class: "detail-words" },
      report.verdict === "unreadable" ? whySection(report, heading) : seatSection(report),
      planSection(report, heading),
      crop,
      report.verdict === "unreadable" ? null : problemSection(report, heading, figure),
      goodSection(report, heading),
      notCheckedSection(report, heading),
      allChecks(report, heading, figure),
    ),
  );
  view.figure = figure;
  return view;
}

function unreadablePhoto() {
  return h("div", { class: "photo no-photo" }, icon("unreadable"), "No picture");
}

function headline({ name, report }, level) {
  const { photo } = report;
  const facts = photo ? [`${photo.width} × ${photo.height} px`, photo.format, photo.bytes_shown] : [];
  return h(
    "header",
    { class: "detail-head" },
    h(`h${level}`, { class: "file-name", tabindex: "-1" }, name),
    h("div", { class: "facts-line" }, h("p", { class: "facts" }, facts.filter(Boolean).join(" · ")), copyButton({ name, report })),
    ...(report.notes ?? []).map((note) => h("p", { class: "facts read-as" }, capitalised(note))),
    h(
      "p",
      { class: "verdict-line" },
      verdictChip(report.verdict),
      report.condition ? h("span", { class: "depends" }, report.condition) : null,
      report.score === null ? null : h("span", { class: "score" }, h("strong", {}, String(report.score)), " of 100"),
    ),
  );
}

function copyButton(result) {
  const words = h("span", { "aria-live": "polite" }, "Copy as text");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(reportText(result));
      words.textContent = "Copied";
    } catch {
      words.textContent = "The browser does not allow it";
    }
  };
  return h("button", { type: "button", class: "button plain copy", onclick: copy }, icon("paste"), words);
}

/** The driver's seat with what tells of it, and its own gauge. */
function seatSection(report) {
  const seat = report.drivers_seat;
  if (!seat.title) return null;
  const cues = shownCues(seat).map((cue) =>
    h("li", { class: `cue ${cue.name}` }, h("span", { class: "swatch" }), capitalised(cue.label), " ", h("span", { class: "number" }, cue.shown)),
  );
  return h(
    "section",
    { class: `seat ${seat.verdict === "likely" ? "fail" : "warn"}` },
    h("p", { class: "seat-title" }, icon(seat.verdict === "likely" ? "retake" : "usable"), capitalised(seat.title), " ", h("span", { class: "number" }, seat.shown)),
    cues.length ? h("ul", { class: "cues" }, cues) : null,
    saidBySeat(report) ? gauge(saidBySeat(report)) : null,
  );
}

/** The finding that the driver's-seat section says already. */
function saidBySeat(report) {
  return report.drivers_seat.title ? (problems(report).find((one) => one.check === "car.drivers_seat") ?? null) : null;
}

function planSection(report, heading) {
  const parts = [];
  if (report.retake.length) {
    const steps = report.retake.map((text) => step(text, report.verdict !== "unreadable"));
    parts.push(heading(planHeading(report)), h("ol", { class: "plan" }, steps));
  }
  if (report.edits.length) parts.push(h("ul", { class: "edits" }, report.edits.map((edit) => h("li", {}, icon("right"), h("span", {}, edit)))));
  if (!parts.length && report.verdict === "ready") parts.push(h("p", { class: "as-it-is" }, icon("ready"), `${GOOD}. Use this one.`));
  return parts.length ? h("section", { class: "todo" }, parts) : null;
}

/** An instruction, with its reason in a quieter voice. */
function step(text, reasoned) {
  const cut = reasoned ? text.indexOf(": ") : -1;
  const [order, reason] = cut > 0 ? [`${text.slice(0, cut)}.`, capitalised(text.slice(cut + 2))] : [text, ""];
  return h("li", {}, h("p", { class: "order" }, order), reason ? h("p", { class: "reason" }, reason) : null);
}

function problemSection(report, heading, figure) {
  const wrong = problems(report).filter((one) => one !== saidBySeat(report));
  if (!wrong.length) return null;
  return h("section", { class: "problems" }, heading("What is wrong"), h("ul", { class: "findings" }, wrong.map((one) => findingRow(one, figure))));
}

/** Why a file could not be read: the cause, without the name before it and the remedy after it, which stand elsewhere. */
function whySection(report, heading) {
  return h("section", {}, heading("Why"), problems(report).map((one) => h("p", {}, causeOf(one, report.source))));
}

/** One finding: its name, value, gauge, what was seen, and a button that shows its place. */
function findingRow(finding, figure = null) {
  const row = h(
    "li",
    { class: `finding ${finding.status}`, "data-check": finding.check },
    h(
      "p",
      { class: "finding-head" },
      h("span", { class: "finding-name" }, h("span", { class: "sign" }, icon(STATUS_ICONS[finding.status])), h("span", { class: "hidden" }, `${STATUS_NAMES[finding.status]}: `), capitalised(checkLabel(finding.check))),
      finding.shown ? h("span", { class: "number" }, finding.shown) : null,
    ),
    gauge(finding),
    h("p", { class: "finding-words" }, finding.message, finding.region && figure?.point ? showButton(finding, figure) : null),
    finding.advice && finding.step === null && finding.mend === null ? h("p", { class: "advice" }, finding.advice) : null,
  );
  return row;
}

function showButton(finding, figure) {
  const button = h("button", { type: "button", class: "link", "aria-pressed": "false" }, "Show where");
  const set = (on) => {
    button.setAttribute("aria-pressed", String(on));
    figure.point(on ? finding.region : null);
  };
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    for (const other of button.closest(".detail")?.querySelectorAll('[aria-pressed="true"].link') ?? []) other.setAttribute("aria-pressed", "false");
    set(on);
  });
  return button;
}

function goodSection(report, heading) {
  const judged = report.findings.filter((one) => isJudged(one) && one.status !== "not_assessed");
  const passed = judged.filter((one) => one.status === "pass").length;
  if (!passed || !report.praise.length) return null;
  return h(
    "section",
    { class: "good" },
    heading("What is good"),
    h("p", { class: "praise" }, report.praise.map((word) => h("span", { class: "tag" }, icon("ready"), capitalised(word))), h("span", { class: "quiet" }, `${passed} of ${judged.length} checks passed`)),
  );
}

/** What was not assessed, by its cause, as `not_checked` in views/labels.py has it, but for a car that the policy does not ask for. */
function notCheckedSection(report, heading) {
  const judged = report.findings.filter(isJudged).map((one) => one.check);
  const subjectOf = (check) => check.split(".")[0];
  const causes = new Map();
  for (const { check, cause, reason } of report.not_checked) {
    if (!judged.includes(check) || cause === "told_already" || NOT_TOLD.includes(cause)) continue;
    const { subjects } = causes.get(reason) ?? causes.set(reason, { cause, subjects: new Map() }).get(reason);
    subjects.set(subjectOf(check), [...(subjects.get(subjectOf(check)) ?? []), check]);
  }
  if (!causes.size) return null;
  const named = ([subject, checks]) => {
    const whole = checks.length > 1 && checks.length === judged.filter((check) => subjectOf(check) === subject).length;
    return whole ? [SUBJECT_NAMES[subject] ?? subject] : checks.map(checkLabel);
  };
  const namesOf = ({ cause, subjects }) => (cause === "no_face" && subjects.size >= MOST_SUBJECTS ? ["all that needs a face"] : [...subjects].flatMap(named));
  const rows = [...causes].map(([reason, missing]) => h("li", {}, capitalised(namesOf(missing).join(", ")), h("span", { class: "quiet" }, `: ${reason}`)));
  return h("section", { class: "unknown" }, heading("Not checked"), h("ul", {}, rows));
}

/** Every check and every plain measurement by subject, folded away. */
function allChecks(report, heading, figure) {
  if (report.verdict === "unreadable") return null;
  const details = h("details", { class: "all-checks" }, h("summary", {}, `All ${report.findings.length} measurements`));
  details.addEventListener("toggle", () => details.childElementCount > 1 || details.append(...bySubject(report, heading, figure)));
  return details;
}

function bySubject(report, heading, figure) {
  const groups = Object.keys(SUBJECT_NAMES).map((subject) => [subject, report.findings.filter((one) => one.check.startsWith(`${subject}.`))]);
  return groups
    .filter(([, findings]) => findings.length)
    .map(([subject, findings]) => h("section", {}, heading(capitalised(SUBJECT_NAMES[subject])), h("ul", { class: "findings" }, findings.map((one) => findingRow(one, figure)))));
}
