// One photo, large, over the others: its whole report, its look-alikes, and the way to the next.

import { RANKS, groupOf, index, isBest, photoAt, requestThumbnail, scoreOf, thumbnailOf, verdictOf } from "./folder_data.js";
import { number } from "./folder_grid.js";
import { closesBesideIt } from "./beside.js";
import { detailView, verdictChip } from "./detail.js";
import { h, icon } from "./dom.js";
import { zoomKeys } from "./zoom.js";

/**
 * Makes `dialog` show single photos.
 *
 * `neighbours()`: the photos among which the arrow keys move; `go(place)`: asks for another photo, `leave()` for none;
 * `hrefOf(place)`: its address. The result has `show(place)` and `hide()`.
 */
export function photoDialog(dialog, { neighbours, go, leave, hrefOf }) {
  const position = h("p", { class: "position" });
  const before = h("button", { type: "button", class: "button square", "aria-label": "Previous photo", onclick: () => move(-1) }, icon("left"));
  const after = h("button", { type: "button", class: "button square", "aria-label": "Next photo", onclick: () => move(1) }, icon("right"));
  const original = h("a", { class: "button original", target: "_blank", rel: "noopener" }, "Open the file");
  const close = h("button", { type: "button", class: "button square", "aria-label": "Close", onclick: () => leave() }, icon("cross"));
  const content = h("div", { class: "photo-content" });
  dialog.append(h("div", { class: "photo-bar" }, before, after, position, original, close), content);
  let current = null;
  zoomKeys(dialog);
  closesBesideIt(dialog, leave);

  function move(by) {
    const places = neighbours();
    const at = places.indexOf(current);
    const next = at < 0 ? undefined : places[at + by];
    if (next !== undefined) go(next);
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input[type=text], textarea, select")) return;
    if (event.key === "ArrowRight") move(1);
    else if (event.key === "ArrowLeft") move(-1);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // closed by what the address says, so that Back does the same
    leave();
  });

  async function show(place) {
    current = place;
    const places = neighbours();
    const at = places.indexOf(place);
    position.textContent = at < 0 ? "Not among the photos shown" : `${number(at + 1)} of ${number(places.length)}`;
    before.disabled = at <= 0;
    after.disabled = at < 0 || at === places.length - 1;
    if (!dialog.open) {
      content.replaceChildren(h("p", { class: "quiet" }, "Loading …"));
      dialog.showModal();
    }
    let photo = null;
    let preview = null;
    try {
      [photo, preview] = await Promise.all([photoAt(place), thumbnailOf(place)]);
    } catch (error) {
      if (current === place) content.replaceChildren(h("p", { class: "notice" }, error.message));
      return;
    }
    if (current !== place) return;
    const view = detailView({ name: index.names[place], report: photo.report, preview: preview ?? "data:," }, { level: 2 });
    const heading = view.querySelector(".file-name");
    heading.id = "photo-name";
    dialog.setAttribute("aria-labelledby", heading.id);
    content.replaceChildren(view, ...[lookAlikes(place)].filter(Boolean));
    content.scrollTop = 0;
    original.hidden = photo.link === null;
    if (photo.link !== null) original.href = photo.link;
    heading.focus({ preventScroll: true });
    if (photo.link !== null && view.figure.setImage) sharpen(view.figure, photo.link, () => current === place);
  }

  function lookAlikes(place) {
    const group = groupOf[place];
    if (!group) return null;
    const members = [];
    for (let other = 0; other < groupOf.length; other += 1) if (groupOf[other] === group) members.push(other);
    members.sort((one, other) => isBest[other] - isBest[one] || scoreOf[other] - scoreOf[one]);
    const reason = index.reasons[group - 1];
    const shots = h("ul", { class: "shots" }, members.map((one) => h("li", {}, shot(one, one === place))));
    const why = reason ? h("p", { class: "quiet" }, `The best of them: ${reason}.`) : null;
    return h("section", { class: "alike" }, h("h3", {}, `${members.length} shots of this scene`), why, shots);
  }

  function shot(place, here) {
    const image = h("img", { alt: "", decoding: "async" });
    requestThumbnail(place, () => image.isConnected, (url) => url && (image.src = url));
    return h(
      "a",
      { class: "shot", href: hrefOf(place), "aria-current": here ? "true" : null },
      image,
      h("span", { class: "shot-name" }, index.names[place].split("/").at(-1)),
      verdictChip(RANKS[verdictOf[place]]),
      isBest[place] ? h("span", { class: "tag" }, "Best") : null,
    );
  }

  return {
    show,
    hide() {
      current = null;
      if (dialog.open) dialog.close();
      content.replaceChildren();
    },
    get current() {
      return current;
    },
  };
}

/** Shows the file itself in place of its thumbnail, as soon as it has come, where the browser can show it at all. */
function sharpen(figure, link, wanted) {
  const image = new Image();
  image.addEventListener("load", () => wanted() && figure.setImage(link));
  image.addEventListener("error", () => {
    if (wanted()) figure.append(h("p", { class: "quiet small-only" }, "Shown small: the file itself is not there any more, or this browser cannot show it."));
  });
  image.src = link;
}
