// The scores of the photos that are shown.

import { RANKS, scoreOf, verdictOf } from "./folder_data.js";
import { scoreHistogram } from "./spread.js";

/** Draws into `element`; the result brings the bars up to date. */
export function shownScores(element) {
  const draw = scoreHistogram(element, RANKS);
  const enough = scoreOf.filter((score) => score >= 0).length > 1;
  element.hidden = !enough;
  element.parentElement.classList.toggle("with-scores", enough);
  let due = 0;
  return (places) => {
    clearTimeout(due);
    // the photos come first
    if (enough) due = setTimeout(() => draw(places.length, (at) => scoreOf[places[at]], (at) => verdictOf[places[at]]), due ? 60 : 0);
  };
}
