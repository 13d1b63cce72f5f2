// The report of a folder: what the address says is what is shown.

import { COUNT, RANKS, index, remedyOf, seatOf, verdictOf } from "./folder_data.js";
import { emptyQuery, queryFromHash, queryToHash, select } from "./folder_filter.js";
import { number, photoGrid } from "./folder_grid.js";
import { photoDialog } from "./folder_photo.js";
import { printable } from "./folder_print.js";
import { shownScores } from "./folder_scores.js";
import { sidePanel, toolbar, verdictTiles } from "./folder_side.js";
import { h, icon } from "./dom.js";
import { keyHelp } from "./key_help.js";

const part = (id) => document.getElementById(id);

let { query, photo } = queryFromHash(location.hash);
let selection = null;

function headlines() {
  const counts = new Uint32Array(RANKS.length);
  for (const digit of index.verdicts) counts[digit] += 1;
  let inCar = 0;
  let original = 0; // to retake, but for the file's sake only
  const file = index.remedy_ranks.indexOf("original_file");
  for (let place = 0; place < COUNT; place += 1) original += verdictOf[place] === 0 && remedyOf[place] === file;
  for (const seat of seatOf) inCar += seat === 0;
  const when = index.started ? new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" }).format(new Date(1000 * index.started)) : "";
  part("origin").append(h("strong", {}, "headshot-check"), ` ${[index.policy.title, when].filter(Boolean).join(", ")}`);
  if (COUNT) part("lede").append(...lede(counts[0], counts[1], inCar, original));
}

function lede(retake, unreadable, inCar, original) {
  const says = [`${number(COUNT)} ${COUNT === 1 ? "photo" : "photos"}. `];
  const verb = (count, one, many) => (count === 1 ? one : many);
  says.push(retake ? `${retake === COUNT && COUNT > 1 ? "All" : number(retake)} ${verb(retake, "needs", "need")} another shot` : "None needs another shot");
  if (original) says.push(original === retake ? " or the original file" : ` (for ${number(original)} of them the original file may do)`);
  says.push(unreadable ? `, ${number(unreadable)} cannot be read. ` : ". ");
  if (inCar) {
    const percent = Math.round((100 * inCar) / COUNT);
    says.push(h("strong", {}, `${number(inCar)} ${verb(inCar, "was", "were")} likely taken in a car`), percent >= 1 ? ` (${percent} %).` : ".");
  }
  return says;
}

/** A folder in which there was nothing to check. */
function empty() {
  const skipped = Object.values(index.skipped).reduce((sum, count) => sum + count, 0);
  const passedOver = Object.entries(index.skipped).map(([reason, count]) => `${number(count)} ${reason}`).join(", ");
  const why = skipped ? `Everything in it was skipped: ${passedOver}.` : "There is nothing in it.";
  for (const id of ["scores", "verdict-bar", "verdicts", "side", "toolbar", "grid"]) part(id).remove();
  document.querySelector(".skip").remove();
  part("workspace").hidden = false;
  part("workspace").classList.add("empty");
  part("nothing").hidden = false;
  part("nothing").append(icon("photo"), h("p", { class: "nothing-title" }, "No photos here"), h("p", { class: "quiet" }, why));
  const unseen = index.unseen.map(([place, reason]) => h("li", {}, h("bdi", {}, place), h("span", { class: "quiet" }, `: ${reason}`)));
  if (unseen.length) part("nothing").append(h("ul", {}, unseen));
}

function start() {
  const asked = () => query;
  const stickyHigh = () => (getComputedStyle(part("toolbar")).position === "sticky" ? part("toolbar").offsetHeight : 0);
  const hrefOf = (place) => `#${queryToHash(query, place)}`;
  const updateTiles = verdictTiles(part("verdicts"), part("verdict-bar"), asked, changed);
  const updateSide = sidePanel(part("side"), asked, changed);
  const updateScores = shownScores(part("scores"));
  const updateTools = toolbar(part("toolbar"), part("side"), asked, changed);
  part("workspace").hidden = false;
  part("workspace").classList.toggle("no-side", !part("side").querySelector("section"));
  const grid = photoGrid(part("grid"), { hrefOf, stickyHigh });
  const dialog = photoDialog(part("photo"), { neighbours: () => selection.places, hrefOf, go: goTo, leave: () => goTo(null) });

  /** Shows the photo that is asked for, or none; the card of the one that was left has the focus again. */
  function openOrClose() {
    const left = dialog.current;
    if (photo !== null) return void dialog.show(photo);
    dialog.hide();
    if (left !== null) grid.focus(left);
  }

  function goTo(place) {
    photo = place;
    history.replaceState(null, "", `#${queryToHash(query, photo)}`);
    openOrClose();
  }

  function apply() {
    selection = select(query);
    updateTiles(selection.verdicts);
    updateSide(selection);
    updateTools(selection);
    updateScores(selection.places);
    grid.show(selection);
    part("grid").hidden = !selection.places.length;
    part("nothing").hidden = selection.places.length > 0;
  }

  function changed() {
    history.replaceState(null, "", `#${queryToHash(query)}`);
    const above = part("photos").getBoundingClientRect().top;
    apply();
    if (above < 0) scrollBy({ top: above, behavior: "instant" });
  }

  addEventListener("hashchange", () => {
    const before = queryToHash(query);
    ({ query, photo } = queryFromHash(location.hash));
    if (queryToHash(query) !== before) apply();
    openOrClose();
  });
  const showAll = () => {
    query = emptyQuery();
    changed();
    part("find").focus();
  };
  const all = h("button", { type: "button", class: "button", onclick: showAll }, "Show all photos");
  part("nothing").append(h("p", {}, "No photo matches all of these filters."), all);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    if (selection.places.length) grid.focus(selection.places[0]);
  });
  printable(() => selection.places);
  apply();
  openOrClose();
}

keyHelp([
  [["↑", "↓", "←", "→"], "Move from photo to photo; in an open photo, ← and → go to the next"],
  [["Page up", "Page down"], "Move by a screen"],
  [["Ctrl", "Home / End"], "The first, the last photo"],
  [["Enter"], "Open the photo"],
  [["+", "−", "0"], "In an open photo: zoom in, zoom out, fit; with Shift, arrow keys move it"],
  [["Esc"], "Close"],
]);
headlines();
if (COUNT) start();
else empty();
