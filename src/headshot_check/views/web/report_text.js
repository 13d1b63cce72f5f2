// A report as plain text, to be pasted into a message.

import { VERDICT_NAMES } from "./names.js";
import { capitalised, causeOf, planHeading, problems } from "./words.js";

/** Name and verdict, what tells of a car, what to do, and what is wrong, each on a line of its own. */
export function reportText({ name, report }) {
  const condition = report.condition ? `, ${report.condition}` : "";
  const score = report.score === null ? "" : `, ${report.score} of 100`;
  const seat = report.drivers_seat;
  const wrong = problems(report).filter((one) => !(seat.title && one.check === "car.drivers_seat"));
  const said = report.verdict === "unreadable" ? wrong.map((one) => causeOf(one, report.source)) : wrong.map((one) => one.message);
  const parts = [
    [`${name}: ${VERDICT_NAMES[report.verdict]}${condition}${score}`, seat.title ? `${capitalised(seat.title)} (${seat.shown})` : ""],
    [planHeading(report), ...report.retake.map((text, index) => `${index + 1}. ${text}`), ...report.edits.map((text) => `- ${text}`)],
    ["What is wrong", ...said.map((text) => `- ${text}`)],
  ];
  const lines = parts.map((part, index) => part.filter(Boolean).filter((_, at, all) => !index || all.length > 1));
  return `${lines.filter((part) => part.length).map((part) => part.join("\n")).join("\n\n")}\n`;
}
