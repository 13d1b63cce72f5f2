// Notes above the photos: one of each kind at a time, each can be hidden.

import { h, icon } from "./web/dom.js";

export class Notes {
  constructor(element) {
    this.element = element;
    this.shown = new Map();
  }

  /** `text`: words or elements; `more`: elements after them; `hidden()`: the person has read it and wants no more of it. */
  put(kind, text, more = null, hidden = () => {}) {
    this.drop(kind);
    const hide = () => (this.drop(kind), hidden());
    const close = h("button", { type: "button", class: "button plain square", "aria-label": "Hide this note", onclick: hide }, icon("cross"));
    const note = h("p", { class: "note" }, h("span", {}, text, " ", more), close);
    this.shown.set(kind, { note, hide });
    this.element.append(note);
  }

  drop(kind) {
    const note = this.shown.get(kind)?.note;
    if (note?.contains(document.activeElement)) note.closest("main").focus({ preventScroll: true });
    note?.remove();
    this.shown.delete(kind);
  }

  clear() {
    for (const { hide } of [...this.shown.values()]) hide();
  }
}
