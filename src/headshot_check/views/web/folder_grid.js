// The photos as cards in rows; only the rows near the window are in the page, and a screen reader knows of the others.

import { RANKS, SEATS, conditionAt, groupOf, groupSizes, index, isBest, requestThumbnail, scoreOf, seatOf, verdictOf } from "./folder_data.js";
import { problemsAt } from "./folder_filter.js";
import { cardContent, cardPicture, cardWords } from "./card.js";
import { verdictChip } from "./detail.js";
import { h, s } from "./dom.js";
import { capitalised } from "./words.js";

const NARROWEST = 168; // px, of a card
const TALL = 5 / 4; // a card's photo
const WORDS_HIGH = 5.875; // rem, below a card's photo: its name, two lines of what is wrong, one of what it depends on
const HEAD_HIGH = 60;
const GAP = 14;
const BEYOND = 0.75; // of the window's height: what is in the page above and below it

export const number = (value) => value.toLocaleString("en-GB");

/**
 * Fills `element` with the cards of `show({places, sections})`.
 *
 * `hrefOf(place)`: the address of a photo; `stickyHigh()`: px at the window's top that are covered. The result has
 * `show` and `focus(place)`.
 */
export function photoGrid(element, { hrefOf, stickyHigh }) {
  let places = new Uint32Array(0);
  let sections = [];
  let lines = []; // {top, high, from, to} of cards, or {top, high, section}
  let columns = 1;
  let wide = 0;
  let active = 0; // position in `places` that Tab leads to
  let lineOf = new Uint32Array(0);
  const shown = new Map(); // line number -> element

  function layOut() {
    wide = element.clientWidth;
    columns = Math.max(2, Math.floor((wide + GAP) / (NARROWEST + GAP)));
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const high = (TALL * (wide - GAP * (columns - 1))) / columns + WORDS_HIGH * rem;
    lines = [];
    lineOf = new Uint32Array(places.length);
    let top = 0;
    for (const section of sections.length ? sections : [{ from: 0, to: places.length }]) {
      if (section.title) {
        lines.push({ top, high: HEAD_HIGH, section });
        top += HEAD_HIGH;
      }
      for (let from = section.from; from < section.to; from += columns) {
        const to = Math.min(from + columns, section.to);
        lineOf.fill(lines.length, from, to);
        lines.push({ top, high, from, to });
        top += high + GAP;
      }
    }
    element.style.height = `${Math.max(top - GAP, 0)}px`;
    element.style.setProperty("--columns", String(columns));
    element.setAttribute("aria-rowcount", String(lines.length));
    element.setAttribute("aria-colcount", String(columns));
    for (const line of shown.values()) line.remove();
    shown.clear();
  }

  /** Number of the first line that ends below `y`. */
  function lineAt(y) {
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lines[middle].top + lines[middle].high > y) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function render() {
    const above = element.getBoundingClientRect().top;
    const reach = BEYOND * innerHeight;
    const from = lineAt(-above - reach);
    const wanted = [];
    for (let at = from; at < lines.length && lines[at].top < innerHeight - above + reach; at += 1) wanted.push(at);
    if (places.length && element.contains(document.activeElement)) keep(wanted, lineOf[active]);
    else if (wanted.length) active = firstVisible(-above + stickyHigh());
    for (const [at, line] of shown) {
      if (wanted.includes(at)) continue;
      line.remove();
      shown.delete(at);
    }
    let after = null;
    for (const at of wanted) {
      let line = shown.get(at);
      if (!line) {
        line = lines[at].section ? headLine(at) : cardLine(at);
        shown.set(at, line);
        if (after) after.after(line);
        else element.prepend(line);
      }
      after = line;
    }
    setTabStop();
  }

  function keep(wanted, line) {
    if (wanted.includes(line)) return;
    const at = wanted.findIndex((one) => one > line);
    wanted.splice(at < 0 ? wanted.length : at, 0, line);
  }

  function firstVisible(y) {
    for (let at = lineAt(y); at < lines.length; at += 1) if (!lines[at].section) return lines[at].from;
    return Math.max(places.length - 1, 0);
  }

  function setTabStop() {
    for (const card of element.querySelectorAll("a.card")) card.tabIndex = Number(card.dataset.at) === active ? 0 : -1;
  }

  function headLine(at) {
    const { section } = lines[at];
    const heading = h("h3", {}, section.title, h("span", { class: "number quiet" }, number(section.to - section.from)));
    const note = section.note ? h("span", { class: "quiet note" }, section.note) : null;
    const cell = h("div", { role: "gridcell", "aria-colindex": 1, "aria-colspan": columns }, heading, note);
    return placed(h("div", { class: "grid-row head", role: "row", "aria-rowindex": at + 1 }, cell), lines[at]);
  }

  function cardLine(at) {
    const { from, to } = lines[at];
    const line = h("div", { class: "grid-row", role: "row", "aria-rowindex": at + 1 });
    for (let position = from; position < to; position += 1) {
      const card = photoCard(places[position], hrefOf);
      card.dataset.at = position;
      line.append(h("div", { role: "gridcell", "aria-colindex": position - from + 1 }, card));
    }
    return placed(line, lines[at]);
  }

  function placed(line, { top, high }) {
    line.style.top = `${top}px`;
    line.style.height = `${high}px`;
    return line;
  }

  function moveTo(position) {
    active = Math.min(Math.max(position, 0), places.length - 1);
    const { top, high } = lines[lineOf[active]];
    const above = element.getBoundingClientRect().top + top;
    const covered = stickyHigh() + GAP;
    if (above < covered) scrollBy({ top: above - covered, behavior: "instant" });
    else if (above + high > innerHeight) scrollBy({ top: above + high + GAP - innerHeight, behavior: "instant" });
    render();
    if (!shown.has(lineOf[active])) {
      shown.set(lineOf[active], element.appendChild(cardLine(lineOf[active])));
      setTabStop();
    }
    element.querySelector(`a.card[data-at="${active}"]`)?.focus({ preventScroll: true });
  }

  /** The position above or below, in the same column where there is one. */
  function across(down) {
    const line = lineOf[active];
    const column = active - lines[line].from;
    for (let at = line + down; lines[at]; at += down) if (!lines[at].section) return Math.min(lines[at].from + column, lines[at].to - 1);
    return active;
  }

  const page = () => Math.max(1, Math.floor((innerHeight - stickyHigh()) / (lines[lineOf[active]].high + GAP)));
  const KEYS = {
    ArrowRight: () => active + 1,
    ArrowLeft: () => active - 1,
    ArrowDown: () => across(1),
    ArrowUp: () => across(-1),
    PageDown: () => active + page() * columns,
    PageUp: () => active - page() * columns,
    Home: (event) => (event.ctrlKey || event.metaKey ? 0 : lines[lineOf[active]].from),
    End: (event) => (event.ctrlKey || event.metaKey ? places.length - 1 : lines[lineOf[active]].to - 1),
  };

  element.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.altKey) return;
    event.preventDefault();
    moveTo(KEYS[event.key](event));
  });
  element.addEventListener("focusin", (event) => {
    if (event.target.dataset.at !== undefined) active = Number(event.target.dataset.at);
    setTabStop();
  });

  let asked = false;
  const renderSoon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => ((asked = false), render()));
  };
  addEventListener("scroll", renderSoon, { passive: true });
  new ResizeObserver(() => {
    if (element.clientWidth === wide) return renderSoon();
    layOut();
    return render();
  }).observe(element);
  addEventListener("resize", renderSoon);

  return {
    show(selection) {
      ({ places, sections } = selection);
      active = 0;
      layOut();
      render();
    },
    focus(place) {
      const at = places.indexOf(place);
      if (at >= 0) moveTo(at);
    },
  };
}

/** One photo: its thumbnail, verdict, score, name and what is wrong. */
function photoCard(place, hrefOf) {
  const name = index.names[place];
  const verdict = RANKS[verdictOf[place]];
  const middle = index.middles[place];
  const picture = verdict === "unreadable" ? null : cardPicture(null, [middle, middle]); // it is cut along one side only
  if (picture) requestThumbnail(place, () => picture.isConnected, (url) => url && (picture.src = url));
  const words = verdict === "unreadable" ? [capitalised(index.causes[place] ?? "")] : cardWords(problemsAt(place), SEATS[seatOf[place]], conditionAt(place));
  const score = scoreOf[place] < 0 ? null : scoreOf[place];
  return h(
    "a",
    { class: `card ${verdict}`, href: hrefOf(place), tabindex: "-1", title: name },
    cardContent({ picture, chip: verdictChip(verdict), badge: groupBadge(place), name: name.slice(name.lastIndexOf("/") + 1), score, words }),
  );
}

const STAR = "M8 1.8l1.9 4 4.3.6-3.1 3 .7 4.3L8 11.7l-3.8 2 .7-4.3-3.1-3 4.3-.6z";

function groupBadge(place) {
  const group = groupOf[place];
  if (!group) return null;
  const star = s("svg", { class: "icon star", viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: STAR }));
  const size = groupSizes[group];
  return isBest[place] ? h("span", { class: "badge best" }, star, `Best of ${size}`) : h("span", { class: "badge" }, `1 of ${size} alike`);
}
