// How the scores are spread: a bar for every five points, with the verdicts in it as in the bar above.

import { RANKS, scoreOf, verdictOf } from "./folder_data.js";
import { number } from "./folder_grid.js";
import { h } from "./dom.js";

const STEP = 5;
const BARS = 100 / STEP;

/** Draws into `element`; the result brings the bars up to date with the photos that are shown. */
export function scoreHistogram(element) {
  const bars = Array.from({ length: BARS }, () => h("span", { class: "score-bar" }, RANKS.map((verdict) => h("span", { class: `segment ${verdict}` }))));
  const ticks = [0, 25, 50, 75, 100].map((at) => h("span", { class: "score-tick" }, String(at)));
  const chart = h("div", { class: "score-bars", role: "img" }, bars);
  element.append(h("figcaption", {}, "Scores"), chart, h("div", { class: "score-ticks", "aria-hidden": "true" }, ticks));
  const enough = scoreOf.filter((score) => score >= 0).length > 1;
  element.hidden = !enough;
  element.parentElement.classList.toggle("with-scores", enough);
  let due = 0;
  return (places) => {
    clearTimeout(due);
    if (enough) due = setTimeout(() => draw(places), due ? 60 : 0); // the photos come first
  };

  function draw(places) {
    const counts = bars.map(() => new Uint32Array(RANKS.length));
    const scores = new Int16Array(places.length); // typed: 10,000 are sorted in no time
    let read = 0;
    for (const place of places) {
      const score = scoreOf[place];
      if (score < 0) continue;
      scores[read] = score;
      read += 1;
      counts[Math.min(Math.floor(score / STEP), BARS - 1)][verdictOf[place]] += 1;
    }
    const totals = counts.map((one) => one.reduce((sum, count) => sum + count, 0));
    const most = Math.max(...totals, 1);
    bars.forEach((bar, at) => {
      bar.title = `${at * STEP} to ${at === BARS - 1 ? 100 : at * STEP + STEP - 1}: ${number(totals[at])}`;
      [...bar.children].forEach((part, rank) => {
        part.style.height = `${(100 * counts[at][rank]) / most}%`;
        part.hidden = !counts[at][rank];
      });
    });
    const sorted = scores.subarray(0, read).sort();
    chart.ariaLabel = !read ? "No scores" : `Scores of ${number(read)} ${read === 1 ? "photo" : "photos"}: half of them ${sorted[read >> 1]} or less, from ${sorted[0]} to ${sorted.at(-1)}`;
  }
}
