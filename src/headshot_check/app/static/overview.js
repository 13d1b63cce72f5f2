// How a folder came out, above its cards: its verdicts and its scores, as in its report.

import { VERDICTS } from "./web/names.js";
import { scoreHistogram, verdictBar } from "./web/spread.js";

const FEWEST = 8; // photos; fewer are seen at a glance

/** Draws into `box`, which has the bar and the figure; the result is called with the photos, and with those of them that are shown. */
export function overview(box) {
  const drawBar = verdictBar(box.querySelector(".verdict-bar"), VERDICTS);
  const drawScores = scoreHistogram(box.querySelector(".scores"), VERDICTS);
  return (photos, shown) => {
    box.hidden = photos.length < FEWEST;
    if (box.hidden) return;
    const facts = shown.map((photo) => photo.facts).filter(Boolean);
    const ranks = facts.map((one) => VERDICTS.indexOf(one.verdict));
    drawBar(VERDICTS.map((_, rank) => ranks.filter((one) => one === rank).length));
    drawScores(facts.length, (at) => facts[at].score ?? -1, (at) => ranks[at]);
  };
}
