// When there is no picture: what is wrong, and what to do about it.

import { h, icon } from "../web/dom.js";

const TROUBLES = {
  denied: ["The camera is blocked for this page", "Allow it in the browser: the icon beside the address, then “Camera”, then “Allow”. Some systems also ask in their own privacy settings whether the browser may use the camera."],
  missing: ["No camera was found", "Plug one in, or switch it on: some laptops have a key or a slide for it."],
  in_use: ["The camera is in use", "Another program or tab has it, a call perhaps. Close that one."],
  failed: ["The camera gives no picture", "Unplug it and plug it in again, or close other programs that may use it."],
  lost: ["The camera is gone", "It was unplugged, switched off, or taken by another program."],
  unsupported: ["This browser gives the page no camera", "Open the address that headshot-check app printed, the one that begins with http://127.0.0.1, in a current browser."],
};

/** A view with a button that calls `again()`. */
export function errorView(kind, problem, again) {
  const [title, remedy] = problem ? [problem.message, problem.remedy ?? ""] : TROUBLES[kind] ?? TROUBLES.failed;
  return h(
    "div",
    { class: "coach-error", role: "alert" },
    h("span", { class: "coach-error-sign" }, icon("camera")),
    h("h3", {}, title),
    h("p", {}, remedy),
    h("button", { type: "button", class: "button main", onclick: again }, icon("again"), "Try again"),
    h("p", { class: "quiet" }, "Photos that you have already can be dropped on the page behind this."),
  );
}
