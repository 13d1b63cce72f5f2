// The filters: verdicts as large numbers, the driver's seat, what is wrong as bars, the search, and what is on.

import { COUNT, RANKS, SEATS, index, remedyOf, seatOf } from "./folder_data.js";
import { ORDERS, activeFilters, isFiltered, select } from "./folder_filter.js";
import { number } from "./folder_grid.js";
import { verdictChip } from "./detail.js";
import { h, icon } from "./dom.js";
import { REMEDY_NAMES } from "./names.js";
import { verdictBar } from "./spread.js";
import { capitalised } from "./words.js";

const MOST_CHECKS = 12; // until all are asked for

const photos = (count) => `${number(count)} ${count === 1 ? "photo" : "photos"}`;
/** In percent, and never rounded to none or to all of them. */
function share(count, of) {
  if (!of) return "";
  const percent = Math.round((100 * count) / of);
  return `${count && !percent ? "<1" : count < of && percent === 100 ? ">99" : percent} %`;
}

function toggle(set, one) {
  if (!set.delete(one)) set.add(one);
}

/** The four verdicts with their counts; `changed()` after one was chosen or let go. */
export function verdictTiles(element, bar, query, changed) {
  const totals = new Uint32Array(RANKS.length);
  for (const digit of index.verdicts) totals[digit] += 1;
  const tiles = RANKS.map((verdict, at) => {
    const count = h("strong", { class: "tile-count" });
    const part = h("span", { class: "quiet tile-share" });
    const onclick = () => (toggle(query().verdicts, at), changed());
    const tile = h("button", { type: "button", class: `tile ${verdict}`, onclick }, count, verdictChip(verdict), part);
    tile.update = (now) => {
      count.textContent = number(now);
      part.textContent = share(now, COUNT);
      tile.setAttribute("aria-pressed", String(query().verdicts.has(at)));
    };
    return tile;
  });
  element.append(...tiles.filter((_, at) => totals[at] || RANKS[at] !== "unreadable"));
  const updateBar = verdictBar(bar, RANKS);
  return (counts) => {
    tiles.forEach((tile, at) => tile.update(counts[at]));
    updateBar(counts);
  };
}

/** The filters beside the photos; the result brings their counts up to date. */
export function sidePanel(element, query, changed) {
  const seat = seatSection(query, changed);
  const remedies = remedySection(query, changed);
  const checks = checkSection(query, changed);
  const close = h("button", { type: "button", class: "button main side-close" }, "Show the photos");
  close.addEventListener("click", () => setOpen(false));
  element.append(...[seat?.element, remedies?.element, checks?.element, overlookedSection(), close].filter(Boolean));
  const setOpen = (open) => {
    element.classList.toggle("open", open);
    element.dispatchEvent(new CustomEvent("side", { detail: open }));
  };
  element.setOpen = setOpen;
  return (selection) => {
    seat?.update(selection);
    remedies?.update(selection);
    checks?.update(selection);
  };
}

function barButton(text, onclick, fails = "fail") {
  const count = h("span", { class: "number" });
  const said = h("span", { class: "hidden" });
  const fail = h("span", { class: "bar-fail" });
  const warn = h("span", { class: "bar-warn" });
  const track = h("span", { class: "bar-track", "aria-hidden": "true" }, fail, warn);
  const name = h("span", { class: "bar-name" }, text);
  const button = h("button", { type: "button", class: "bar", onclick }, name, " ", count, said, track);
  button.update = (failed, warned, most, pressed) => {
    count.textContent = number(failed + warned);
    const all = failed + warned === 1 ? " photo" : " photos";
    said.textContent = warned && failed ? `${all}, ${number(failed)} of them ${fails}` : all;
    fail.style.width = `${(100 * failed) / most}%`;
    warn.style.width = `${(100 * warned) / most}%`;
    button.classList.toggle("none", !(failed + warned));
    button.setAttribute("aria-pressed", String(pressed));
  };
  return button;
}

/** What the two colours of a bar stand for. */
function legend(fails) {
  return h("p", { class: "legend" }, h("span", { class: "key fail" }), fails, h("span", { class: "key warn" }), "could be better");
}

function seatSection(query, changed) {
  const totals = [0, 0, 0, 0];
  for (const seat of seatOf) totals[seat] += 1;
  if (!totals[0] && !totals[1]) return null;
  const buttons = SEATS.slice(0, 2).map((text, seat) => barButton(capitalised(text), () => (toggle(query().seats, seat), changed())));
  const element = h("section", {}, h("h2", {}, "Taken in a car"), h("ul", { class: "bars" }, buttons.map((one) => h("li", {}, one))));
  const most = Math.max(...totals.slice(0, 2));
  const update = ({ seats }) => buttons.forEach((one, seat) => one.update(seat ? 0 : seats[seat], seat ? seats[seat] : 0, most, query().seats.has(seat)));
  return { element, update };
}

/** What would mend the photos: whom to ask for another shot, and whom for the original file only. */
function remedySection(query, changed) {
  const totals = new Uint32Array(index.remedy_ranks.length);
  for (const remedy of remedyOf) totals[remedy] += 1;
  const listed = index.remedy_ranks.map((_, at) => at).filter((at) => totals[at] && index.remedy_ranks[at] !== "none");
  if (!listed.length) return null;
  listed.sort((one, other) => totals[other] - totals[one]);
  const buttons = listed.map((at) => barButton(capitalised(REMEDY_NAMES[index.remedy_ranks[at]]), () => (toggle(query().remedies, at), changed()), "to retake"));
  const element = h("section", {}, h("h2", {}, "What would fix it"), legend("to retake "), h("ul", { class: "bars remedies" }, buttons.map((one) => h("li", {}, one))));
  const update = ({ remedies, retakes }) =>
    buttons.forEach((one, at) => {
      const [all, retake] = [remedies[listed[at]], retakes[listed[at]]];
      one.update(retake, all - retake, totals[listed[0]], query().remedies.has(listed[at]));
    });
  return { element, update };
}

function checkSection(query, changed) {
  const { failed, warned } = select({ ...query(), verdicts: new Set(), seats: new Set(), remedies: new Set(), checks: new Set(), text: "", order: "worst" });
  const totals = index.checks.map((_, check) => failed[check] + warned[check]);
  const listed = totals.map((_, check) => check).filter((check) => totals[check] && !/^car\.|\.readable$/.test(index.checks[check].check));
  if (!listed.length) return null;
  listed.sort((one, other) => totals[other] - totals[one]);
  const most = totals[listed[0]];
  const items = listed.map((check) => {
    const button = barButton(capitalised(index.checks[check].wrong), () => (toggle(query().checks, check), changed()));
    button.dataset.check = index.checks[check].check;
    return h("li", {}, button);
  });
  const list = h("ul", { class: "bars" }, items);
  const element = h("section", {}, h("h2", {}, "What is wrong"), legend("fails "), list);
  let all = listed.length <= MOST_CHECKS + 2;
  const more = h("button", { type: "button", class: "link" }, `All ${listed.length} problems`);
  const fold = () => items.forEach((item, at) => (item.hidden = !all && at >= MOST_CHECKS && !query().checks.has(listed[at])));
  more.addEventListener("click", () => {
    all = true;
    fold();
    items[MOST_CHECKS].firstElementChild.focus();
    more.remove();
  });
  if (!all) element.append(more);
  const update = (now) => {
    items.forEach((item, at) => item.firstElementChild.update(now.failed[listed[at]], now.warned[listed[at]], most, query().checks.has(listed[at])));
    fold();
  };
  return { element, update };
}

/** What the scan passed over: said, so that nobody takes the photos for all that was there. */
function overlookedSection() {
  const skipped = Object.entries(index.skipped);
  if (!skipped.length && !index.unseen.length) return null;
  const rows = skipped.map(([reason, count]) => h("li", {}, capitalised(reason), " ", h("span", { class: "number" }, number(count))));
  const unseen = index.unseen.map(([place, reason]) => h("li", { class: "unseen" }, h("bdi", {}, place), h("span", { class: "quiet" }, `: ${reason}`)));
  return h("section", { class: "overlooked" }, h("h2", {}, "Skipped"), h("ul", {}, rows, unseen));
}

/** Search, order, how many, and the filters that are on. */
export function toolbar(element, side, query, changed) {
  const typed = { type: "search", autocomplete: "off", spellcheck: "false" };
  const search = h("input", { ...typed, class: "field", id: "find", placeholder: "Find by name", "aria-label": "Find by name" });
  const orders = Object.entries(ORDERS).filter(([name]) => name !== "alike" || index.reasons.length);
  const order = h("select", { class: "field", "aria-label": "Order" }, orders.map(([name, text]) => h("option", { value: name }, text)));
  const status = h("p", { class: "count", role: "status" });
  const chips = h("ul", { class: "active", "aria-label": "Filters that are on" });
  const filters = h("button", { type: "button", class: "button filters", "aria-expanded": "false", "aria-controls": side.id }, "Filters");
  filters.addEventListener("click", () => side.setOpen(!side.classList.contains("open")));
  side.addEventListener("side", ({ detail }) => {
    filters.setAttribute("aria-expanded", String(detail));
    if (detail) side.querySelector("button")?.focus();
    else filters.focus();
  });
  search.addEventListener("input", () => ((query().text = search.value), changed()));
  order.addEventListener("change", () => ((query().order = order.value), changed()));
  element.append(h("div", { class: "tools" }, h("span", { class: "find" }, icon("search"), search), filters, order, status), chips);
  return ({ places }) => {
    if (search.value !== query().text) search.value = query().text;
    order.value = query().order;
    const all = places.length === COUNT;
    status.textContent = all ? photos(COUNT) : `${number(places.length)} of ${photos(COUNT)}`;
    const off = (clear) => () => (clear(), changed(), search.focus({ preventScroll: true }));
    chips.replaceChildren(...activeFilters(query()).map(({ text, clear }) => h("li", {}, clearButton(text, off(clear)))));
    chips.hidden = !isFiltered(query());
  };
}

function clearButton(text, onclick) {
  return h("button", { type: "button", class: "active-filter", onclick }, h("span", { class: "hidden" }, "No longer: "), text, icon("cross"));
}
