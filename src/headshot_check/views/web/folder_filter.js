// Which photos are shown, in which order and under which headings; works on numbers, never on the page.

import { COUNT, RANKS, SEATS, failedOf, groupOf, inScanOrder, index, isBest, oddsOf, problemsFrom, problemsOf, remedyOf, scoreOf, seatOf, verdictOf } from "./folder_data.js";
import { REMEDY_NAMES, SEAT_TITLES } from "./names.js";
import { capitalised } from "./words.js";

export const ORDERS = {
  worst: "Worst first",
  best: "Best first",
  car: "Most like a car first",
  folder: "As in the folder",
  alike: "Look-alikes together",
};

const SECTIONS = [capitalised(SEAT_TITLES.likely), ...RANKS.map(capitalised)];

const permutations = new Map();
let foldedNames = null;
let firstPlaces = null;

/** What is asked for; nothing chosen of a kind means all of it. */
export function emptyQuery() {
  return { verdicts: new Set(), seats: new Set(), remedies: new Set(), checks: new Set(), text: "", order: "worst" };
}

export function isFiltered(query) {
  return Boolean(query.verdicts.size || query.seats.size || query.remedies.size || query.checks.size || query.text.trim());
}

/**
 * The photos that match, as places in their order, with their sections and what the filters would count.
 *
 * Photos match one of the chosen verdicts, seats and remedies, all chosen checks and all words of the text. The counts
 * of verdicts, seats and remedies leave their own filter out, so that they say what choosing them would give.
 */
export function select(query) {
  const order = permutation(query.order);
  const found = new Uint32Array(order.length);
  const verdicts = new Uint32Array(RANKS.length);
  const seats = new Uint32Array(SEATS.length);
  const remedies = new Uint32Array(index.remedy_ranks.length);
  const retakes = new Uint32Array(index.remedy_ranks.length); // of the remedies' photos
  const failed = new Uint32Array(index.checks.length);
  const warned = new Uint32Array(index.checks.length);
  const words = query.text.trim() ? folded(query.text).split(/\s+/) : [];
  const names = words.length ? allNames() : null;
  const checks = [...query.checks];
  let count = 0;
  for (const place of order) {
    if (words.length && !words.every((word) => names[place].includes(word))) continue;
    if (checks.length && !checks.every((check) => hasProblem(place, check))) continue;
    const verdict = !query.verdicts.size || query.verdicts.has(verdictOf[place]);
    const seat = !query.seats.size || query.seats.has(seatOf[place]);
    const remedy = !query.remedies.size || query.remedies.has(remedyOf[place]);
    if (seat && remedy) verdicts[verdictOf[place]] += 1;
    if (verdict && remedy) seats[seatOf[place]] += 1;
    if (verdict && seat) remedies[remedyOf[place]] += 1;
    if (verdict && seat && verdictOf[place] === 0) retakes[remedyOf[place]] += 1;
    if (!verdict || !seat || !remedy) continue;
    found[count] = place;
    count += 1;
    const bad = problemsFrom[place] + failedOf[place];
    for (let at = problemsFrom[place]; at < problemsFrom[place + 1]; at += 1) (at < bad ? failed : warned)[problemsOf[at]] += 1;
  }
  const places = found.subarray(0, count);
  return { places, sections: sectionsOf(places, query.order), verdicts, seats, remedies, retakes, failed, warned };
}

/** The first place of each name: what the page's export holds may have one name twice. */
function firstOf() {
  if (!firstPlaces) {
    firstPlaces = new Map();
    index.names.forEach((name, place) => firstPlaces.has(name) || firstPlaces.set(name, place));
  }
  return firstPlaces;
}

function hasProblem(place, check) {
  for (let at = problemsFrom[place]; at < problemsFrom[place + 1]; at += 1) if (problemsOf[at] === check) return true;
  return false;
}

function folded(text) {
  return text.normalize("NFKC").toLowerCase();
}

function allNames() {
  foldedNames ??= index.names.map(folded);
  return foldedNames;
}

function permutation(order) {
  if (!permutations.has(order)) permutations.set(order, ordered(order));
  return permutations.get(order);
}

function ordered(order) {
  const places = Uint32Array.from({ length: COUNT }, (_, place) => place);
  const byScan = (one, other) => inScanOrder[one] - inScanOrder[other];
  if (order === "best") return places.sort((one, other) => scoreOf[other] - scoreOf[one] || byScan(one, other));
  if (order === "car") return places.sort((one, other) => oddsOf[other] - oddsOf[one] || byScan(one, other));
  if (order === "folder") return places.sort(byScan);
  if (order !== "alike") return places;
  const alike = places.filter((place) => groupOf[place] > 0);
  return alike.sort((one, other) => groupOf[one] - groupOf[other] || isBest[other] - isBest[one] || scoreOf[other] - scoreOf[one] || byScan(one, other));
}

/** Headings over runs of photos: [{title, note, from, to}]; none where the order has no sections. */
function sectionsOf(places, order) {
  if (order === "worst") return runs(places, (place) => (seatOf[place] === 0 ? 0 : 1 + verdictOf[place]), (section) => ({ title: SECTIONS[section] }));
  if (order === "alike") return runs(places, (place) => groupOf[place], (group) => ({ title: `Scene ${group}`, note: bestNote(group) }));
  return [];
}

function bestNote(group) {
  const reason = index.reasons[group - 1];
  return reason ? `The best: ${reason}` : "";
}

function runs(places, keyOf, described) {
  const sections = [];
  let last = -1;
  for (let at = 0; at < places.length; at += 1) {
    const key = keyOf(places[at]);
    if (key === last) continue;
    if (sections.length) sections.at(-1).to = at;
    sections.push({ ...described(key), from: at, to: places.length });
    last = key;
  }
  return sections;
}

/** The checks that fail for a photo and then those that warn. */
export function problemsAt(place) {
  return [...problemsOf.subarray(problemsFrom[place], problemsFrom[place + 1])].map((check) => index.checks[check].check);
}

/** The query as the part of an address after "#", and back; what is not understood is left out. */
export function queryToHash(query, photo = null) {
  const parts = new URLSearchParams();
  for (const verdict of query.verdicts) parts.append("verdict", RANKS[verdict]);
  for (const seat of query.seats) parts.append("seat", SEATS[seat]);
  for (const remedy of query.remedies) parts.append("remedy", index.remedy_ranks[remedy]);
  for (const check of query.checks) parts.append("check", index.checks[check].check);
  if (query.text) parts.set("find", query.text);
  if (query.order !== "worst") parts.set("order", query.order);
  if (photo !== null) {
    parts.set("photo", index.names[photo]);
    if (firstOf().get(index.names[photo]) !== photo) parts.set("place", String(photo)); // another one of that name
  }
  return parts.toString();
}

export function queryFromHash(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const query = emptyQuery();
  const numbers = (key, names) => new Set(parts.getAll(key).map((name) => names.indexOf(name)).filter((number) => number >= 0));
  query.verdicts = numbers("verdict", RANKS);
  query.seats = numbers("seat", SEATS);
  query.remedies = numbers("remedy", index.remedy_ranks);
  query.checks = numbers("check", index.checks.map((one) => one.check));
  query.text = parts.get("find") ?? "";
  if (Object.hasOwn(ORDERS, parts.get("order") ?? "")) query.order = parts.get("order");
  const name = parts.get("photo");
  const place = Number(parts.get("place") ?? -1);
  return { query, photo: name !== null && index.names[place] === name ? place : (firstOf().get(name) ?? null) };
}

/** The filters that are on, in words, each with what turns it off. */
export function activeFilters(query) {
  const active = [];
  const each = (set, named) => set.forEach((number) => active.push({ text: named(number), clear: () => set.delete(number) }));
  each(query.verdicts, (verdict) => capitalised(RANKS[verdict]));
  each(query.seats, (seat) => capitalised(SEAT_TITLES[SEATS[seat]]));
  each(query.remedies, (remedy) => `Fixed by ${REMEDY_NAMES[index.remedy_ranks[remedy]]}`);
  each(query.checks, (check) => capitalised(index.checks[check].wrong));
  if (query.text.trim()) active.push({ text: `“${query.text.trim()}”`, clear: () => (query.text = "") });
  return active;
}
