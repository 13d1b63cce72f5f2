// What a report says, as the pages say it. names.js is written from the package's own words (names.py).

import { CHECK_NAMES } from "./names.js";

export const STATUS_NAMES = { fail: "Fails", warn: "Could be better", pass: "Good", not_assessed: "Not checked" };

export const GOOD = "Good as it is";

/** The name of a check in plain words: "lighting.backlight" -> "backlight". */
export function checkLabel(check) {
  return CHECK_NAMES[check] ?? check;
}

export function capitalised(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The cues that speak for a verdict of likely or possible, strongest first; none for another verdict. */
export function shownCues(seat) {
  return seat.cues.filter((cue) => cue.evidence);
}

/** Whether anything can be good or bad about a finding: what has no limits is only reported. */
export function isJudged(finding) {
  return Object.keys(finding.limits).length > 0;
}

/** The findings that warn or fail, the worst first, in the report's own order within each. */
export function problems(report) {
  return ["fail", "warn"].flatMap((status) => report.findings.filter((one) => one.status === status));
}

/** What stands above the instructions, as in views/labels.py. */
export function planHeading(report) {
  return ["usable", "ready"].includes(report.verdict) ? "To make it better" : "What to do";
}

/** The cause alone: "me.jpg: the file is empty. Send it again." -> "The file is empty." */
export function causeOf(finding, source) {
  const text = finding.message.startsWith(`${source}: `) ? finding.message.slice(source.length + 2) : finding.message;
  return capitalised(finding.advice ? text.replace(finding.advice, "").trim() : text);
}
