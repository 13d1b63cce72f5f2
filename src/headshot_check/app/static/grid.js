// The grid: one card for each photo in a stable order, changed once a frame however fast results come in.

import { h, icon } from "./web/dom.js";
import { cardContent, cardPicture, cardWords } from "./web/card.js";
import { verdictChip } from "./web/detail.js";
import { soon } from "./pace.js";
import { ORDERS, needsFile } from "./photos.js";

/** `open(photo)`, `pick(photo, on)`, `fits(photo)`: whether the filters let it through. */
export class Grid {
  constructor(list, { open, pick, retry, fits, drawn }) {
    Object.assign(this, { list, open, pick, retry, fits, drawn });
    this.cards = new Map();
    this.photos = []; // in order, those that are shown or hidden by a filter
    this.order = "worst";
    this.dirty = new Set();
    this.all = false;
    this.frame = 0;
    this.whenDue = () => this.draw();
    this.current = null; // the one that Tab reaches: the first, until somebody has been in the grid
    this.entered = false;
    list.addEventListener("focusin", (event) => this.enter(event.target));
    list.addEventListener("keydown", (event) => this.key(event));
  }

  /** Photos that pass the filters, in order. */
  get shown() {
    return this.photos.filter((photo) => !this.cards.get(photo).hidden);
  }

  put(photo) {
    this.dirty.add(photo);
    soon(this.whenDue);
  }

  /** Everything again: another order, another filter. */
  refresh() {
    this.all = true;
    this.later();
  }

  setOrder(order) {
    this.order = order;
    this.photos.sort(ORDERS[order]);
    this.list.append(...this.photos.map((photo) => this.cards.get(photo)));
    this.refresh();
  }

  remove(photo) {
    const card = this.cards.get(photo);
    this.dirty.delete(photo);
    if (!card) return;
    card.remove();
    this.cards.delete(photo);
    this.photos.splice(this.photos.indexOf(photo), 1);
    if (this.current === photo) this.current = null;
    this.later();
  }

  later() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    for (const photo of this.dirty) this.place(photo);
    for (const photo of this.all ? this.photos : this.dirty) {
      const card = this.cards.get(photo);
      if (card) card.hidden = !this.fits(photo);
    }
    this.dirty.clear();
    this.all = false;
    if (!this.entered || this.cards.get(this.current)?.hidden !== false) this.makeCurrent(this.shown[0] ?? null);
    this.drawn();
  }

  /** Puts a card where its result belongs; no other card is touched. */
  place(photo) {
    let card = this.cards.get(photo);
    const focused = card?.contains(document.activeElement) ? document.activeElement.className : null;
    if (card) this.photos.splice(this.photos.indexOf(photo), 1);
    else this.cards.set(photo, (card = h("li", { class: "cell" })));
    fillCard(card, photo, this);
    const compare = ORDERS[this.order];
    let [low, high] = [0, this.photos.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.photos[middle], photo) <= 0) low = middle + 1;
      else high = middle;
    }
    const before = this.photos[low] ? this.cards.get(this.photos[low]) : null;
    this.photos.splice(low, 0, photo);
    if (card.parentNode !== this.list || card.nextSibling !== before) this.list.insertBefore(card, before);
    if (photo === this.current) this.makeCurrent(photo);
    if (focused !== null) card.querySelector("button")?.focus({ preventScroll: true });
  }

  makeCurrent(photo) {
    const set = (one, index) => {
      for (const control of this.cards.get(one)?.querySelectorAll("button, input") ?? []) control.tabIndex = index;
    };
    if (this.current) set(this.current, -1);
    this.current = photo;
    if (photo) set(photo, 0);
  }

  enter(element) {
    this.entered = true;
    this.makeCurrent(this.photos.find((photo) => this.cards.get(photo).contains(element)) ?? this.current);
  }

  focus(photo) {
    this.makeCurrent(photo);
    const card = this.cards.get(photo);
    card?.querySelector("button")?.focus();
    card?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns(), ArrowUp: -this.columns(), Home: -Infinity, End: Infinity };
    if (!(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey) return;
    const shown = this.shown;
    const at = shown.findIndex((photo) => this.cards.get(photo).contains(event.target));
    if (at < 0) return;
    const to = Math.abs(moves[event.key]) === Infinity ? (moves[event.key] > 0 ? shown.length - 1 : 0) : at + moves[event.key];
    event.preventDefault();
    if (to >= 0 && to < shown.length) this.focus(shown[to]);
  }

  columns() {
    return getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
  }
}

function fillCard(card, photo, grid) {
  card.className = `cell ${photo.facts?.verdict ?? photo.state}${photo.state === "done" ? "" : " stale"}`;
  card.dataset.name = photo.name;
  const words = photo.state === "failed" ? failedWords(photo) : photo.facts ? doneWords(photo) : [];
  const picture = photo.thumb ? cardPicture(photo.thumb, photo.facts.face ?? [50, 50]) : null;
  const chip = photo.state === "done" ? verdictChip(photo.facts.verdict) : stateChip(photo);
  const again = photo.state === "failed" || photo.state === "cancelled";
  const readable = photo.facts && photo.facts.verdict !== "unreadable" && photo.state !== "failed";
  card.replaceChildren(
    h("button", { type: "button", class: "card", tabindex: "-1", "aria-label": nameOf(photo, words), onclick: () => (again ? grid.retry(photo) : photo.facts && grid.open(photo)) },
      cardContent({ picture, chip, name: fileName(photo.name), score: readable ? photo.facts.score : null, words }),
      again ? h("span", { class: "card-again" }, icon(needsFile(photo) ? "photo" : "again"), photo.state === "cancelled" ? "Check it" : needsFile(photo) ? "Choose a file" : "Try again") : null,
    ),
    readable ? pickBox(photo, grid) : "",
  );
}

function doneWords(photo) {
  const { verdict, why, checks, seat, praise, condition } = photo.facts;
  if (verdict === "unreadable") return why;
  return [...cardWords(checks, seat, condition), checks.length ? "" : praise];
}

function failedWords(photo) {
  return [photo.problem.message, photo.problem.remedy];
}

function nameOf(photo, words) {
  const { facts } = photo;
  const verdict = photo.state === "done" ? facts.verdict : photo.state === "checking" || photo.state === "waiting" ? "being checked again" : photo.state;
  const score = photo.state === "done" && facts.score !== null ? `${facts.score} of 100` : "";
  return [photo.name, verdict, score, ...words].filter(Boolean).join(", ");
}

function stateChip(photo) {
  const text = { failed: "Not checked", cancelled: "Cancelled", waiting: "Waiting", checking: "Checking" }[photo.state];
  return h("span", { class: "chip" }, icon(photo.state === "checking" || photo.state === "waiting" ? "again" : "unreadable"), text);
}

function pickBox(photo, grid) {
  const box = h("input", { type: "checkbox", tabindex: "-1", "aria-label": `Compare ${photo.name}`, onchange: () => grid.pick(photo, box.checked) });
  box.checked = photo.picked ?? false;
  return h("label", { class: "pick", title: "Pick it to compare" }, box);
}

export function fileName(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The file's name without its suffix, for what is made of it. */
export function stemOf(path) {
  return fileName(path).replace(/\.[^.]*$/, "");
}
