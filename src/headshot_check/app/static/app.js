// The page: puts its parts together.

import { closesBesideIt } from "./web/beside.js";
import { h, icon } from "./web/dom.js";
import { VERDICTS, VERDICT_NAMES } from "./web/names.js";
import { capitalised } from "./web/words.js";
import { keyHelp } from "./web/key_help.js";
import { ask, download } from "./connection.js";
import { compare } from "./comparison.js";
import { Filters } from "./filters.js";
import { Grid, fileName } from "./grid.js";
import { chosen, listen } from "./file_input.js";
import { soon } from "./pace.js";
import { leaving } from "./leaving.js";
import { Notes } from "./notes.js";
import { needsFile, photoAgain, photoOf } from "./photos.js";
import { overview } from "./overview.js";
import { Progress } from "./progress.js";
import { Queue } from "./queue.js";
import { forget, remember, remembered } from "./session.js";
import { Viewer } from "./viewer.js";
import { drawWaiting } from "./waiting.js";

const MANY = 2000; // from here on the command line serves better

const MOST_COMPARED = 6; // columns that a screen bears

const at = (id) => document.getElementById(id);
const photos = new Set();
const picked = [];
const notes = new Notes(at("notes"));
let known = { policies: [], targets: [], default: "linkedin" };

const queue = new Queue({ changed: onChange, gone: onGone });
const filters = new Filters({ verdicts: at("verdicts"), problem: at("problem"), search: at("search"), changed: () => grid.refresh() });
const grid = new Grid(at("grid"), {
  open: (photo) => viewer.open(photo),
  pick: onPick,
  retry: (photo) => (needsFile(photo) && photo.state === "failed" ? at("files").click() : queue.add([photo])),
  fits: (photo) => filters.fits(photo),
  drawn: onDrawn,
});
const drawOverview = overview(at("overview"));
const progress = new Progress(queue, { box: at("progress"), bar: at("progress-bar"), words: at("progress-words"), said: at("said") }, summary);
const viewer = new Viewer(at("viewer"), {
  shown: () => grid.shown.filter((photo) => photo.facts),
  others: () => [...photos].filter((photo) => photo.facts),
  closed: (photo) => (grid.shown.includes(photo) ? grid.focus(photo) : at("main").focus()),
  remove,
  compare: compareThem,
  policies: () => ({ targets: known.targets, targetFor: (policy) => known.policies.find((one) => one.name === policy)?.target ?? "linkedin" }),
});

// Photos in

let only = null; // the one photo that somebody came with: it opens by itself once it is checked

function take(files, skipped) {
  const there = new Map([...photos].map((photo) => [keyOf(photo), photo]));
  const shots = files.map(photoOf);
  const fresh = shots.filter((photo) => !there.has(keyOf(photo)));
  const again = shots.filter((photo) => there.has(keyOf(photo)));
  const back = again.filter((photo) => !there.get(keyOf(photo)).file);
  const added = [...fresh, ...back.map((photo) => Object.assign(there.get(keyOf(photo)), { file: photo.file })).filter((photo) => photo.state === "failed" || photo.state === "cancelled")];
  if (added.length) {
    only = photos.size === 0 && added.length === 1 ? added[0] : null;
    if (viewer.dialog.open) viewer.dialog.close();
  }
  for (const photo of added) photos.add(photo);
  tell("twice", again.length - back.length, (number) => `${count(number)} added before ${number > 1 ? "are" : "is"} not checked again.`);
  tell("skipped", skipped, (number) => (number === 1 ? "One file that is not a photo was left out." : `${number} files that are not photos were left out.`));
  if (photos.size > MANY) notes.put("many", "For this many photos there is a command that also goes on after a restart: headshot-check scan FOLDER");
  if (added.length) queue.add(added);
  layout();
}

const told = {}; // how many of a kind, in all that was added since its note was hidden

/** Counts on from one folder to the next, so that the last one does not take the others' place. */
function tell(kind, more, words) {
  if (!more) return;
  told[kind] = (told[kind] ?? 0) + more;
  notes.put(kind, words(told[kind]), null, () => (told[kind] = 0));
}

const keyOf = ({ name, size, modified }) => `${name}/${size}/${modified}`;
const count = (number) => `${number} photo${number === 1 ? "" : "s"}`;

listen({ take, dragging: (on) => at("veil").togglePopover(on) });
for (const id of ["files", "folder"]) {
  at(id).addEventListener("change", () => {
    chosen(at(id).files, take);
    at(id).value = "";
  });
}
for (const button of document.querySelectorAll("[data-pick]")) {
  const folder = button.dataset.pick === "folder";
  button.append(icon(folder ? "folder" : "photo"), h("span", { class: "words" }, wordsOf(button, folder)));
  button.addEventListener("click", () => at(button.dataset.pick).click());
}
function wordsOf(button, folder) {
  if (at("empty").contains(button)) return folder ? "Choose a folder" : "Choose photos";
  return folder ? "Add a folder" : "Add photos";
}

document.addEventListener("coach:photo", ({ detail: { file } }) => take([{ file, name: file.name }], 0));

// What changes

function onChange(photo) {
  if (!photos.has(photo)) return;
  if (photo.state === "cancelled" && photo.problem) photo.state = "failed"; // as it was before it was tried again
  if (hasCard(photo)) grid.put(photo);
  else if (photo.state === "cancelled") takenBack(photo);
  if (photo.state === "done") remember(photo, () => photos.has(photo));
  progress.changed();
  soon(drawRest);
}

/** Once it has a result or has failed, a photo keeps its place in the grid. */
const hasCard = (photo) => Boolean(photo.facts || photo.problem);

/** What the grid does not draw itself. */
function drawRest() {
  const waiting = [...queue.running.keys(), ...queue.waiting].filter((photo) => !hasCard(photo));
  drawWaiting(at("waiting"), at("more-waiting"), waiting, (photo) => queue.cancel(photo));
  layout();
}

function onDrawn() {
  at("filters").hidden = grid.photos.length < 2 && grid.shown.length === grid.photos.length;
  filters.count(grid.photos);
  drawOverview(grid.photos, grid.shown);
  at("nothing").hidden = grid.photos.length === 0 || grid.shown.length > 0;
  if (only?.state === "done" && grid.shown.includes(only)) {
    if (!document.querySelector("dialog[open]")) void viewer.open(only);
    only = null;
  }
}

function layout() {
  const any = photos.size > 0;
  at("empty").hidden = any;
  at("photo-list").hidden = !any;
  at("export").hidden = !grid.photos.some((photo) => photo.record);
}

const back = [];

function takenBack(photo) {
  photos.delete(photo);
  back.push(photo);
  const again = () => {
    const files = back.splice(0).sort((one, other) => one.id - other.id);
    notes.drop("back");
    take(files.map(({ file, name }) => ({ file, name })), 0);
  };
  notes.put("back", `${count(back.length)} cancelled.`, h("button", { type: "button", class: "link", onclick: again }, back.length > 1 ? "Check them after all" : "Check it after all"), () => back.splice(0));
}

const removed = []; // until the note that offers them is gone

/** Takes photos out of the list; the note above it, and the function that is returned, put them back. */
function remove(...shots) {
  for (const photo of shots) {
    photos.delete(photo);
    queue.cancel(photo);
    onPick(photo, false);
    grid.remove(photo);
    forget(photo);
  }
  removed.push(...shots);
  const words = removed.length === 1 ? [h("bdi", {}, fileName(removed[0].name)), " is removed."] : `${count(removed.length)} are removed.`;
  notes.put("removed", words, h("button", { type: "button", class: "link", onclick: putBack }, "Undo"), () => removed.splice(0));
  progress.changed();
  drawRest();
  return putBack;
}

function putBack() {
  const there = new Set([...photos].map(keyOf));
  const shots = removed.splice(0).filter((photo) => !there.has(keyOf(photo))); // one may have been added again
  notes.drop("removed");
  for (const photo of shots) photos.add(photo);
  bringUpToDate(shots);
  layout();
  grid.draw();
}

/** Has photos checked for the chosen policy, but for those whose result is that of it. */
function bringUpToDate(shots) {
  const current = new Set(shots.filter((photo) => photo.facts && photo.policy === queue.policy));
  for (const photo of current) {
    Object.assign(photo, { state: "done", problem: null });
    onChange(photo);
  }
  if (current.size < shots.length) queue.add(shots.filter((photo) => !current.has(photo)));
}

function summary() {
  const facts = [...photos].map((photo) => photo.facts).filter(Boolean);
  const parts = VERDICTS.map((verdict) => [facts.filter((one) => one.verdict === verdict).length, VERDICT_NAMES[verdict].toLowerCase()]);
  return parts.filter(([number]) => number).map(([number, name]) => `${number} ${name}`).join(", ");
}

// Errors

function onGone(problem) {
  const again = h("button", { type: "button", class: "button", onclick: () => void restart() }, icon("again"), "Try again");
  showError(problem.code === "unauthorized" ? "This address lacks its secret, or the program was started anew." : problem.message, problem.code === "unauthorized" ? "Open the address that headshot-check app printed." : problem.remedy, again);
}

function showError(words, remedy, ...more) {
  at("error").replaceChildren(h("div", { class: "error" }, icon("usable"), h("p", {}, h("strong", {}, words), " ", remedy), more));
}

async function restart() {
  at("error").replaceChildren();
  await start();
  if (known.policies.length) queue.resume();
}

// Controls

at("export-summary").append(icon("save"), h("span", { class: "words" }, "Download report"));
at("clear").append(icon("bin"), h("span", { class: "words" }, "Start over"));
const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
at("paste-key").textContent = COMMAND;

// what is pressed here goes away, and takes the focus nowhere
at("cancel-all").addEventListener("click", () => {
  queue.cancelAll();
  at("main").focus({ preventScroll: true });
});
at("reset").addEventListener("click", () => {
  filters.reset();
  at("search").focus();
});
at("order").addEventListener("change", () => grid.setOrder(at("order").value));
at("clear").addEventListener("click", () => {
  queue.withdraw();
  notes.clear();
  remove(...photos);
  filters.reset();
  layout();
  at("main").focus();
});
at("policy").addEventListener("change", () => {
  queue.policy = at("policy").value;
  sessionStorage.setItem("policy", queue.policy);
  queue.withdraw();
  bringUpToDate([...photos]);
});

function onPick(photo, on) {
  photo.picked = on;
  if (on && !picked.includes(photo)) picked.push(photo);
  if (!on && picked.includes(photo)) picked.splice(picked.indexOf(photo), 1);
  at("picked").hidden = !picked.length;
  at("picked-words").textContent = picked.length === 1 ? "1 picked. Pick another to compare." : `${picked.length} picked`;
  at("compare").disabled = picked.length < 2;
}

at("compare").append(" ", icon("compare"));
at("compare").addEventListener("click", () => compareThem(picked));
function compareThem(shots) {
  compare(at("comparison"), [...shots].slice(0, MOST_COMPARED), queue.policy).catch(onGone);
}

at("unpick").addEventListener("click", () => {
  const shots = [...picked];
  for (const photo of shots) {
    onPick(photo, false);
    grid.put(photo);
  }
  grid.focus(shots[0]);
});
closesBesideIt(at("comparison"));

for (const button of at("export").querySelectorAll("[data-format]")) {
  button.addEventListener("click", () => void exported(button.dataset.format));
}

/** The report as a file; the results go back as they came, without being read here. */
async function exported(format) {
  at("export").open = false;
  at("export-summary").focus();
  const records = grid.photos.filter((photo) => photo.record).map((photo) => photo.record);
  const head = `{"policy": ${JSON.stringify(queue.policy)}, "results": [`;
  const body = new Blob([head, ...records.flatMap((record, index) => (index ? [",", record] : [record])), "]}"], { type: "application/json" });
  try {
    const answer = await ask("export", { body, query: { format } });
    download(await answer.blob(), `headshot-check.${format}`);
  } catch (problem) {
    notes.put("export", `The report could not be made. ${problem.message} ${problem.remedy ?? ""}`);
  }
}

addEventListener("keydown", (event) => {
  const undo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.closest("input, select, dialog");
  if (undo && removed.length) putBack();
  if (event.key === "Escape" && at("export").open) {
    at("export").open = false;
    at("export").querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  if (!at("export").contains(event.target)) at("export").open = false;
});

keyHelp([
  [["↑", "↓", "←", "→"], "Move from photo to photo; in an open photo, ← and → go to the next"],
  [["Enter"], "Open the photo"],
  [["Space"], "On its box: pick it to compare"],
  [["+", "−", "0"], "In an open photo: zoom in, zoom out, fit; with Shift, arrow keys move it"],
  [["↑", "↓", "←", "→"], "In the frame of a crop: move it; with Shift, change its size; Esc takes it back"],
  [[COMMAND, "V"], "Paste a picture"],
  [[COMMAND, "Z"], "Put back what was removed"],
  [["Esc"], "Close"],
]);
leaving({ button: at("quit"), dialog: at("leaving"), count: () => photos.size, queue, failed: onGone });

async function start() {
  try {
    known = await (await ask("policies")).json();
  } catch (problem) {
    onGone(problem);
    return;
  }
  queue.parallel = Math.min(known.workers + 2, known.limits.parallel);
  queue.largest = known.limits.photo_bytes;
  const before = sessionStorage.getItem("policy");
  queue.policy ??= known.policies.some(({ name }) => name === before) ? before : known.default;
  const groups = Map.groupBy(known.policies, (policy) => policy.group);
  const option = ({ name, title }) => h("option", { value: name, selected: name === queue.policy }, capitalised(title));
  at("policy").replaceChildren(...[...groups].map(([label, policies]) => h("optgroup", { label }, policies.map(option))));
}

const coach = at("open-coach"); // off until it can do its work
coach.append(icon("camera"), h("span", {}, "Use the camera"));
await start();
for (const photo of (await remembered()).map(photoAgain)) {
  photos.add(photo);
  if (photo.policy === (queue.policy ?? photo.policy)) grid.put(photo); // without the program nothing can be checked again
  else queue.add([photo]);
}
layout();
import("./coach.js").then(
  ({ mountCoach }) => {
    if (!coach.isConnected) return; // quit meanwhile
    mountCoach({ button: coach, policy: () => queue.policy });
    coach.disabled = false;
  },
  () => coach.remove(),
);
