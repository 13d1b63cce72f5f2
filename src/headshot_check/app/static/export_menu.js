// The menu from which the report of all photos is downloaded.

import { h, icon } from "./web/dom.js";
import { ask, download } from "./connection.js";

/** Gives `menu`, a <details>, its work. `results()`: those of the photos, as blobs; `policy()`; `failed(problem)`. */
export function exportMenu({ menu, results, policy, failed }) {
  const summary = menu.querySelector("summary");
  summary.append(icon("save"), h("span", { class: "words" }, "Download report"));
  for (const button of menu.querySelectorAll("[data-format]")) button.addEventListener("click", () => void exported(button.dataset.format));
  const close = () => {
    menu.open = false;
    summary.focus();
  };

  /** The report as a file; the results go back as they came, without being read here. */
  async function exported(format) {
    close();
    const head = `{"policy": ${JSON.stringify(policy())}, "results": [`;
    const body = new Blob([head, ...results().flatMap((result, index) => (index ? [",", result] : [result])), "]}"], { type: "application/json" });
    try {
      const answer = await ask("export", { body, query: { format } });
      download(await answer.blob(), `headshot-check.${format}`);
    } catch (problem) {
      failed(problem);
    }
  }

  addEventListener("keydown", (event) => event.key === "Escape" && menu.open && close());
  addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
