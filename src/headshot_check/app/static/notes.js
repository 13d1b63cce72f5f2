// Notes above the photos: one of each kind at a time, each can be hidden.

import { h, icon } from "./web/dom.js";

export class Notes {
  constructor(element) {
    this.element = element;
    this.shown = new Map();
  }

  /** `more`: elements after the text; `hidden()`: the person has read it and wants no more of it. */
  put(kind, text, more = null, hidden = () => {}) {
    this.drop(kind);
    const hide = () => (this.drop(kind), hidden());
    const close = h("button", { type: "button", class: "button plain square", "aria-label": "Hide this note", onclick: hide }, icon("cross"));
    const note = h("p", { class: "note" }, h("span", {}, text, " ", more), close);
    this.shown.set(kind, note);
    this.element.append(note);
  }

  drop(kind) {
    this.shown.get(kind)?.remove();
    this.shown.delete(kind);
  }

  clear() {
    for (const kind of [...this.shown.keys()]) this.drop(kind);
  }
}
