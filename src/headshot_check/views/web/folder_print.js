// On paper: the counts, and the photos that are shown as a table.

import { RANKS, SEATS, index, scoreOf, seatOf, verdictOf } from "./folder_data.js";
import { problemsAt } from "./folder_filter.js";
import { number } from "./folder_grid.js";
import { h } from "./dom.js";
import { wrongName } from "./card.js";
import { VERDICT_NAMES } from "./names.js";
import { capitalised } from "./words.js";

const MOST_ROWS = 600; // some 15 sheets

/** Puts the table behind the page while it is printed; `places()`: what is shown. */
export function printable(places) {
  let sheet = null;
  addEventListener("beforeprint", () => {
    sheet?.remove();
    sheet = table(places());
    document.body.append(sheet);
  });
  addEventListener("afterprint", () => sheet?.remove());
}

function table(places) {
  const rows = [...places.slice(0, MOST_ROWS)].map((place) => {
    const wrong = index.causes[place] ?? problemsAt(place).map((check) => wrongName(check, SEATS[seatOf[place]])).join(", ");
    const cells = [VERDICT_NAMES[RANKS[verdictOf[place]]], scoreOf[place] < 0 ? "" : String(scoreOf[place]), index.names[place], capitalised(wrong)];
    return h("tr", {}, cells.map((text) => h("td", {}, text)));
  });
  const left = places.length - rows.length;
  const heads = ["Verdict", "Score", "Photo", "What is wrong"].map((text) => h("th", { scope: "col" }, text));
  return h(
    "section",
    { class: "printed" },
    h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows)),
    left > 0 ? h("p", {}, `And ${number(left)} more: rows.csv has all of them.`) : null,
  );
}
