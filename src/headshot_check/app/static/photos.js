// What the page knows of each photo: a few facts at hand, the whole result as a blob that is read when it is looked at.

import { VERDICTS } from "./web/names.js";
import { capitalised, causeOf, problems } from "./web/words.js";

const NEAR = 10; // bits of 64 in which the perceptual hashes of shots of one scene differ at most

let next = 1;

/** A photo that waits for its check. */
export function photoOf({ file, name }) {
  return { id: next++, file, name, size: file.size, modified: file.lastModified, policy: null, state: "waiting", record: null, facts: null, thumb: null, problem: null };
}

/** A photo that was checked before the page was loaded anew: its result, without its file. */
export function photoAgain({ id, name, size, modified, policy, text }) {
  next = Math.max(next, id + 1);
  const photo = { id, file: null, name, size, modified, policy, problem: null };
  keep(photo, text);
  return photo;
}

/** Keeps the answer of /api/check, given as text. */
export function keep(photo, text) {
  const { report, preview, phash, digest } = JSON.parse(text);
  photo.record = new Blob([text], { type: "application/json" });
  photo.problem = null;
  photo.thumb = preview; // a data URL: shown without asking the browser's other processes, 4 ms a photo less than a blob's
  photo.facts = factsOf(report, phash, digest);
  photo.state = "done";
}

/** The whole result: {name, report, preview, ...}. */
export async function resultOf(photo) {
  return JSON.parse(await photo.record.text());
}

function factsOf(report, phash, digest) {
  const wrong = problems(report);
  const seat = report.drivers_seat.verdict;
  const box = report.faces.find((face) => face.main)?.box.points;
  const middle = (axis) => box.reduce((sum, point) => sum + point[axis], 0) / box.length;
  return {
    verdict: report.verdict,
    score: report.score,
    condition: report.condition ?? "",
    checks: wrong.map((one) => one.check),
    seat,
    why: report.verdict === "unreadable" && wrong.length ? [causeOf(wrong[0], report.source), wrong[0].advice ?? ""] : [],
    praise: report.praise.length ? capitalised(report.praise.join(", ")) : "",
    face: box ? [middle(0), middle(1)].map((at) => 100 * Math.min(Math.max(at, 0), 1)) : null,
    width: report.photo?.width ?? null,
    height: report.photo?.height ?? null,
    phash,
    digest,
  };
}

/** Whether trying again would fail again: what is missing is another file, or the same one once more. */
export const needsFile = (photo) => ["no_file", "too_large", "changed"].includes(photo.problem?.code);

const severity = (photo) => (!photo.facts ? -2 : photo.facts.seat === "likely" ? -1 : VERDICTS.indexOf(photo.facts.verdict));
const score = (photo) => photo.facts?.score ?? -1;

/** How photos may be ordered; equals stay as they were added, so the order is the same however results come in. */
export const ORDERS = {
  worst: (one, other) => severity(one) - severity(other) || score(one) - score(other) || one.id - other.id,
  best: (one, other) => severity(other) - severity(one) || score(other) - score(one) || one.id - other.id,
  added: (one, other) => one.id - other.id,
  name: (one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }) || one.id - other.id,
};

/** Whether two photos look like shots of one scene. */
export function alike(one, other) {
  const [a, b] = [one.facts?.phash, other.facts?.phash];
  if (!a || !b) return false;
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits && count <= NEAR; bits &= bits - 1n) count += 1;
  return count <= NEAR;
}
