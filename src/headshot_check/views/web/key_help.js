// The keys of a page, shown when "?" is pressed.

import { h, icon } from "./dom.js";

/** `keys`: [[key names], what they do]; the dialog opens over the page and over a photo. */
export function keyHelp(keys) {
  const close = h("button", { type: "button", class: "button square", "aria-label": "Close", onclick: () => dialog.close() }, icon("cross"));
  const rows = keys.map(([names, does]) => h("div", {}, h("dt", {}, names.map((name) => h("kbd", {}, name))), h("dd", {}, does)));
  const dialog = h("dialog", { class: "key-help", "aria-labelledby": "key-help-title" }, h("header", {}, h("h2", { id: "key-help-title" }, "Keyboard shortcuts"), close), h("dl", {}, rows));
  document.body.append(dialog);
  addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  });
}
