// The ways out of the page: none takes the list with it without a question.

import { h, icon } from "./web/dom.js";
import { ask } from "./connection.js";
import { forgetAll, keepsAll } from "./session.js";

/** `count()`: photos in the list; `queue`: what still runs; `failed(problem)`: the program could not be asked to stop. */
export function leaving({ button, dialog, count, queue, failed }) {
  let over = false;
  const stay = h("button", { type: "button", class: "button", autofocus: true, onclick: () => dialog.close() }, "Stay");
  const quit = h("button", { type: "button", class: "button main", onclick: () => (dialog.close(), void stop()) }, "Quit");
  const words = h("p", {});
  dialog.append(h("h2", { id: "leaving-title" }, "Quit headshot-check?"), words, h("p", { class: "ways" }, stay, quit));
  button.append(icon("power"), h("span", { class: "words" }, "Quit"));
  button.addEventListener("click", () => {
    if (!count()) return void stop();
    words.textContent = `The program stops, and the results of ${count() === 1 ? "one photo go" : `${count()} photos go`} with it. The photos themselves stay where they are.`;
    dialog.showModal();
  });

  async function stop() {
    queue.cancelAll();
    try {
      await ask("close", { method: "POST" });
    } catch (problem) {
      if (problem.code !== "gone") return failed(problem);
    }
    over = true;
    forgetAll();
    document.body.replaceChildren(h("main", { class: "over" }, h("h1", { tabindex: "-1" }, "headshot-check has stopped"), h("p", {}, "Nothing of your photos is kept. You can close this tab.")));
    document.querySelector("h1").focus();
  }

  addEventListener("beforeunload", (event) => {
    if (!over && count() && (queue.busy || !keepsAll())) event.preventDefault();
  });
}
