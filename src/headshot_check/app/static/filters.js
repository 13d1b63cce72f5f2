// What of the photos is shown: by verdict, by problem, by words.

import { h, icon } from "./web/dom.js";
import { VERDICTS, VERDICT_NAMES, WRONG_NAMES } from "./web/names.js";
import { capitalised, checkLabel } from "./web/words.js";

export class Filters {
  /** `changed()` after each change by the person. */
  constructor({ verdicts, problem, search, changed }) {
    Object.assign(this, { verdicts, problem, search, changed });
    this.verdict = null;
    this.said = "";
    this.buttons = [null, ...VERDICTS].map((verdict) => this.button(verdict));
    verdicts.append(...this.buttons);
    problem.addEventListener("change", changed);
    search.addEventListener("input", changed);
  }

  fits(photo) {
    if (!photo.facts || photo.state === "failed") return !this.verdict && !this.problem.value && this.named(photo);
    if (this.verdict && photo.facts.verdict !== this.verdict) return false;
    if (this.problem.value && !photo.facts.checks.includes(this.problem.value)) return false;
    return this.named(photo);
  }

  named(photo) {
    const words = this.search.value.trim().toLowerCase();
    if (!words) return true;
    const { checks = [], why = [] } = photo.facts ?? {};
    const text = [photo.name, ...why, ...checks.flatMap((check) => [checkLabel(check), WRONG_NAMES[check]])].join(" ").toLowerCase();
    return words.split(/\s+/).every((word) => text.includes(word));
  }

  reset() {
    this.verdict = null;
    this.problem.value = "";
    this.search.value = "";
    this.press();
    this.changed();
  }

  /** How many there are of each, on the buttons and in the list of problems. */
  count(photos) {
    const facts = photos.map((photo) => photo.facts).filter(Boolean);
    const of = (verdict) => (verdict ? facts.filter((one) => one.verdict === verdict).length : photos.length);
    for (const button of this.buttons) {
      const count = of(button.verdict);
      button.count.textContent = String(count);
      button.hidden = button.verdict !== null && count === 0 && this.verdict !== button.verdict;
    }
    const checks = new Map();
    for (const { checks: wrong } of facts) for (const check of wrong) checks.set(check, (checks.get(check) ?? 0) + 1);
    const listed = [...checks].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
    const said = JSON.stringify(listed);
    if (said === this.said || document.activeElement === this.problem) return;
    this.said = said;
    const { value } = this.problem;
    this.problem.replaceChildren(h("option", { value: "" }, "Any problem"), ...listed.map(([check, count]) => h("option", { value: check }, `${capitalised(WRONG_NAMES[check] ?? checkLabel(check))} (${count})`)));
    this.problem.value = checks.has(value) ? value : "";
  }

  button(verdict) {
    const count = h("span", { class: "count number" }, "0");
    const button = h("button", { type: "button", class: `verdict ${verdict ?? "any"}`, "aria-pressed": String(!verdict), onclick: () => this.choose(verdict) },
      verdict ? h("span", { class: "sign" }, icon(verdict)) : null, verdict ? VERDICT_NAMES[verdict] : "All", " ", count);
    return Object.assign(button, { verdict, count });
  }

  choose(verdict) {
    this.verdict = this.verdict === verdict ? null : verdict;
    this.press();
    this.changed();
  }

  press() {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.verdict === this.verdict));
  }
}
