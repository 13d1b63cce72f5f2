// One photo's card: picture, verdict, name, score and what is wrong in a few words; on the page and in a folder's report.

import { h, icon } from "./dom.js";
import { SEAT_TITLES, WRONG_NAMES } from "./names.js";
import { GOOD, capitalised } from "./words.js";

const MOST_WORDS = 2; // problems that a card names

/** What is wrong where a check warns or fails; of a car, how likely it is. */
export function wrongName(check, seat) {
  return (check === "car.drivers_seat" ? SEAT_TITLES[seat] : WRONG_NAMES[check]) ?? check;
}

/** What is wrong with a photo in a few words, the worst first; `checks` are those that fail and then those that warn. */
function wrongWords(checks, seat, most = MOST_WORDS) {
  const named = checks.map((check) => wrongName(check, seat));
  if (!named.length) return GOOD;
  const more = named.length - most;
  return `${capitalised(named.slice(0, most).join(", "))}${more > 0 ? ` +${more}` : ""}`;
}

/** The lines of a card: what is wrong, and what the verdict depends on ("once cropped", "or find the original file"). */
export function cardWords(checks, seat, condition) {
  return condition ? [wrongWords(checks, seat, 1), capitalised(condition)] : [wrongWords(checks, seat)];
}

/** What stands in a card. `picture`: an element, null for none; `chip`, `badge`: on it; `words`: lines below the name. */
export function cardContent({ picture, chip, badge = null, name, score, words }) {
  const points = score === null ? null : h("span", { class: "number card-score" }, String(score), h("span", { class: "hidden" }, " of 100"));
  return [
    h("span", { class: "thumb" }, picture ?? h("span", { class: "no-thumb" }, icon("unreadable")), chip, badge),
    h("span", { class: "caption" }, h("span", { class: "card-name" }, name), points),
    h("span", { class: "card-words" }, words.filter(Boolean).map((text) => h("span", {}, text))),
  ];
}

/** The picture of a card, cut so that the face is in it: its middle in percent across and down. */
export function cardPicture(src, [x, y]) {
  const image = h("img", { src, alt: "", decoding: "async", draggable: "false" });
  image.style.objectPosition = `${x}% ${y}%`;
  return image;
}

