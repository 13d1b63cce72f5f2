// How many photos came out: a bar of their verdicts, and a bar for every five points of their scores.

import { h } from "./dom.js";

const POINTS_A_BAR = 5;
const BARS = 100 / POINTS_A_BAR;

const shown = (count) => count.toLocaleString("en-GB");

const segments = (ranks) => ranks.map((verdict) => h("span", { class: `segment ${verdict}` }));

/** Fills `element`; the result is called with how many there are of each of `ranks`. */
export function verdictBar(element, ranks) {
  const parts = segments(ranks);
  element.append(...parts);
  return (counts) =>
    parts.forEach((part, at) => {
      part.style.flexGrow = String(counts[at]);
      part.hidden = !counts[at];
    });
}

/**
 * Fills the figure `element`. The result draws `count` photos: `scoreAt(n)` is negative where there is none, `rankAt(n)`
 * a place in `ranks`.
 */
export function scoreHistogram(element, ranks) {
  const bars = Array.from({ length: BARS }, () => h("span", { class: "score-bar" }, segments(ranks)));
  const ticks = [0, 25, 50, 75, 100].map((at) => h("span", { class: "score-tick" }, String(at)));
  const chart = h("div", { class: "score-bars", role: "img" }, bars);
  element.append(h("figcaption", {}, "Scores"), chart, h("div", { class: "score-ticks", "aria-hidden": "true" }, ticks));
  return (count, scoreAt, rankAt) => {
    const counts = bars.map(() => new Uint32Array(ranks.length));
    const scores = new Int16Array(count); // typed: 10,000 are sorted in no time
    let read = 0;
    for (let at = 0; at < count; at += 1) {
      const score = scoreAt(at);
      if (score < 0) continue;
      scores[read] = score;
      read += 1;
      counts[Math.min(Math.floor(score / POINTS_A_BAR), BARS - 1)][rankAt(at)] += 1;
    }
    const totals = counts.map((one) => one.reduce((sum, some) => sum + some, 0));
    const most = Math.max(...totals, 1);
    bars.forEach((bar, at) => {
      bar.title = `${at * POINTS_A_BAR} to ${at === BARS - 1 ? 100 : at * POINTS_A_BAR + POINTS_A_BAR - 1}: ${shown(totals[at])}`;
      [...bar.children].forEach((part, rank) => {
        part.style.height = `${(100 * counts[at][rank]) / most}%`;
        part.hidden = !counts[at][rank];
      });
    });
    const sorted = scores.subarray(0, read).sort();
    chart.ariaLabel = !read ? "No scores" : `Scores of ${shown(read)} ${read === 1 ? "photo" : "photos"}: half of them ${sorted[read >> 1]} or less, from ${sorted[0]} to ${sorted.at(-1)}`;
  };
}
