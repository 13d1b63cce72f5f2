// Shots side by side: the better one and why, and where they differ, check by check.

import { h, icon } from "./web/dom.js";
import { verdictChip } from "./web/detail.js";
import { photoFigure } from "./web/overlay.js";
import { STATUS_NAMES, capitalised, checkLabel, isJudged, shownCues } from "./web/words.js";
import { ask } from "./connection.js";
import { fileName } from "./grid.js";
import { resultOf } from "./photos.js";

const WORSE = { fail: 3, warn: 2, not_assessed: 1, pass: 0 };
const SIGNS = { fail: "retake", warn: "usable", pass: "ready", not_assessed: "unreadable" };
const MOST_ROWS = 12;

/** Opens the dialog on two photos or more. */
export async function compare(dialog, photos, policy) {
  const results = await Promise.all(photos.map(resultOf));
  const body = JSON.stringify({ reports: results.map((one) => one.report) });
  const { order } = await (await ask("rank", { body, query: { policy } })).json();
  const ranked = order.map((one) => ({ ...one, photo: photos[one.index], report: results[one.index].report }));
  const close = h("button", { type: "button", class: "button square", "aria-label": "Close", onclick: () => dialog.close() }, icon("cross"));
  const best = ranked[0];
  dialog.replaceChildren(
    h("div", { class: "viewer-tools" }, h("span", { class: "grow" }), close),
    h("div", { class: "viewer-scroll comparison" },
      h("h2", { id: "comparison-title", tabindex: "-1" }, h("bdi", {}, fileName(best.photo.name)), ranked.length > 2 ? ` is the best of ${ranked.length}` : " is the better one"),
      differences(ranked),
    ),
  );
  dialog.showModal();
  dialog.querySelector("h2").focus({ preventScroll: true });
}

/** The shots above their table, in rows of their own: names and verdicts stand in line whatever shape the photos have. */
function shots(ranked) {
  const row = (name, cells) => h("tr", {}, h("th", { scope: "row" }, name), cells);
  return [
    h("tr", { class: "pictures" }, h("td", { class: "corner" }), ranked.map(({ photo, report }, index) => h("td", {}, picture(photo, report, index)))),
    row("Photo", ranked.map(({ photo, place }, index) => h("th", { scope: "col", class: index ? "shot-head" : "shot-head best" }, h("span", { class: "place" }, place === null ? "–" : String(place)), h("bdi", {}, fileName(photo.name))))),
    row("Verdict", ranked.map(({ report }) => h("td", { class: "shot-verdict" }, verdictChip(report.verdict), report.score === null ? null : h("span", { class: "score" }, h("strong", {}, String(report.score)), " of 100")))),
    row("Why", ranked.map(({ reason }) => h("td", { class: "shot-reason" }, capitalised(reason)))),
  ];
}

function picture(photo, report, index) {
  const cues = shownCues(report.drivers_seat).map((cue) => cue.name);
  return photoFigure({ ...report, crop: null }, { src: photo.thumb, alt: "", quiet: true, only: index ? ["problems", ...cues] : [] });
}

/** A table: a column for each shot, a row for each check that comes out differently, the widest apart first. */
function differences(ranked) {
  const checks = ranked[0].report.findings.filter(isJudged).map((one) => one.check);
  const rows = checks
    .map((check) => ({ check, found: ranked.map(({ report }) => report.findings.find((one) => one.check === check) ?? null) }))
    .map((row) => ({ ...row, apart: spread(row.found.map((one) => WORSE[one?.status ?? "not_assessed"])) }))
    .filter((row) => row.apart > 0 && row.found.some((one) => one && one.status !== "pass" && one.status !== "not_assessed"))
    .sort((one, other) => other.apart - one.apart)
    .slice(0, MOST_ROWS);
  const body = rows.map(({ check, found }) => h("tr", {}, h("th", { scope: "row" }, capitalised(checkLabel(check))), found.map(cell)));
  if (!rows.length) body.push(h("tr", {}, h("th", { scope: "row" }, "Checks"), h("td", { colspan: ranked.length, class: "quiet" }, "None comes out differently.")));
  const table = h("table", {}, h("thead", {}, shots(ranked)), h("tbody", {}, body));
  table.style.setProperty("--shots", String(ranked.length));
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "The shots side by side" }, table);
}

function cell(finding) {
  if (!finding || finding.status === "not_assessed") return h("td", { class: "quiet" }, STATUS_NAMES.not_assessed);
  return h("td", { class: `finding ${finding.status}` }, h("span", { class: "sign" }, icon(SIGNS[finding.status])), STATUS_NAMES[finding.status], " ", h("span", { class: "number quiet" }, finding.shown));
}

function spread(values) {
  return Math.max(...values) - Math.min(...values);
}
