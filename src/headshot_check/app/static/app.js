// The page: puts its parts together.

import { h, icon } from "./web/dom.js";
import { VERDICTS, VERDICT_NAMES } from "./web/names.js";
import { capitalised } from "./web/words.js";
import { ask, download, secret } from "./connection.js";
import { compare } from "./comparison.js";
import { Filters } from "./filters.js";
import { Grid } from "./grid.js";
import { chosen, listen } from "./file_input.js";
import { soon } from "./pace.js";
import { photoOf } from "./photos.js";
import { Progress } from "./progress.js";
import { Queue } from "./queue.js";
import { Viewer } from "./viewer.js";
import { drawWaiting } from "./waiting.js";

const MANY = 2000; // from here on the command line serves better

const MOST_COMPARED = 6; // columns that a screen bears

const at = (id) => document.getElementById(id);
const photos = new Set();
const picked = [];
let known = { policies: [], targets: [], default: "linkedin" };

const queue = new Queue({ changed: onChange, gone: onGone });
const filters = new Filters({ verdicts: at("verdicts"), problem: at("problem"), search: at("search"), changed: () => grid.refresh() });
const grid = new Grid(at("grid"), {
  open: (photo) => viewer.open(photo),
  pick: onPick,
  retry: (photo) => queue.add([photo]),
  fits: (photo) => filters.fits(photo),
  drawn: onDrawn,
});
const progress = new Progress(queue, { box: at("progress"), bar: at("progress-bar"), words: at("progress-words"), said: at("said") }, summary);
const viewer = new Viewer(at("viewer"), {
  shown: () => grid.shown.filter((photo) => photo.facts),
  others: () => [...photos].filter((photo) => photo.facts),
  closed: (photo) => photo && photos.has(photo) && grid.focus(photo),
  remove,
  compare: compareThem,
  policies: () => ({ targets: known.targets, targetFor: (policy) => known.policies.find((one) => one.name === policy)?.target ?? "linkedin" }),
});

// Photos in

function take(files, skipped) {
  const there = new Set([...photos].map((photo) => keyOf(photo)));
  const fresh = files.filter((file) => !there.has(keyOf(file)));
  const added = fresh.map(photoOf);
  for (const photo of added) photos.add(photo);
  if (files.length > fresh.length) note("twice", `${count(files.length - fresh.length)} added before ${files.length - fresh.length > 1 ? "are" : "is"} not checked again.`);
  if (skipped) note("skipped", `${skipped === 1 ? "One file that is" : `${skipped} files that are`} no photo ${skipped === 1 ? "was" : "were"} left out.`);
  if (photos.size > MANY) note("many", `For so many photos there is a command that also survives a restart: headshot-check scan FOLDER`);
  if (added.length) queue.add(added);
  layout();
}

const keyOf = ({ name, file }) => `${name}/${file.size}/${file.lastModified}`;
const count = (number) => `${number} photo${number === 1 ? "" : "s"}`;

listen({ take, dragging: (on) => (at("veil").hidden = !on) });
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
  if (photo.state === "cancelled" && !photo.facts) takenBack(photo);
  else if (photo.facts || photo.state === "failed") grid.put(photo);
  progress.changed();
  soon(drawRest);
}

/** What the grid does not draw itself. */
function drawRest() {
  const waiting = [...queue.running.keys(), ...queue.waiting].filter((photo) => !photo.facts);
  drawWaiting(at("waiting"), at("more-waiting"), waiting, (photo) => queue.cancel(photo));
  layout();
}

function onDrawn() {
  at("filters").hidden = grid.photos.length === 0;
  filters.count(grid.photos);
  at("nothing").hidden = grid.photos.length === 0 || grid.shown.length > 0;
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
    dropNote("back");
    take(files.map(({ file, name }) => ({ file, name })), 0);
  };
  note("back", `${count(back.length)} taken back.`, h("button", { type: "button", class: "link", onclick: again }, back.length > 1 ? "Check them after all" : "Check it after all"));
}

function remove(photo) {
  queue.cancel(photo);
  photos.delete(photo);
  onPick(photo, false);
  grid.remove(photo);
  layout();
}

function summary() {
  const facts = [...photos].map((photo) => photo.facts).filter(Boolean);
  const parts = VERDICTS.map((verdict) => [facts.filter((one) => one.verdict === verdict).length, VERDICT_NAMES[verdict].toLowerCase()]);
  return parts.filter(([number]) => number).map(([number, name]) => `${number} ${name}`).join(", ");
}

// Notes and errors

const notes = new Map();

function note(kind, text, ...more) {
  dropNote(kind);
  const close = h("button", { type: "button", class: "button plain square", "aria-label": "Hide this note", onclick: () => dropNote(kind) }, icon("cross"));
  const element = h("p", { class: "note" }, h("span", {}, text, " ", more), close);
  notes.set(kind, element);
  at("notes").append(element);
}

function dropNote(kind) {
  notes.get(kind)?.remove();
  notes.delete(kind);
}

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
if (/Mac|iPhone|iPad/.test(navigator.platform)) at("paste-key").textContent = "⌘";

at("cancel-all").addEventListener("click", () => queue.cancelAll());
at("reset").addEventListener("click", () => filters.reset());
at("order").addEventListener("change", () => grid.setOrder(at("order").value));
at("clear").addEventListener("click", () => {
  queue.withdraw();
  for (const photo of [...photos]) remove(photo);
  back.length = 0;
  for (const kind of [...notes.keys()]) dropNote(kind);
  filters.reset();
  layout();
  at("main").focus();
});
at("policy").addEventListener("change", () => {
  queue.policy = at("policy").value;
  queue.withdraw();
  queue.add([...photos]);
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
  for (const photo of [...picked]) {
    onPick(photo, false);
    grid.put(photo);
  }
});
at("comparison").addEventListener("click", (event) => event.target === at("comparison") && at("comparison").close());

for (const button of at("export").querySelectorAll("[data-format]")) {
  button.addEventListener("click", () => void exported(button.dataset.format));
}

/** The report as a file; the results go back as they came, without being read here. */
async function exported(format) {
  at("export").open = false;
  const records = grid.photos.filter((photo) => photo.record).map((photo) => photo.record);
  const head = `{"policy": ${JSON.stringify(queue.policy)}, "results": [`;
  const body = new Blob([head, ...records.flatMap((record, index) => (index ? [",", record] : [record])), "]}"], { type: "application/json" });
  try {
    const answer = await ask("export", { body, query: { format } });
    download(await answer.blob(), `headshot-check.${format}`);
  } catch (problem) {
    note("export", `The report could not be made. ${problem.message} ${problem.remedy ?? ""}`);
  }
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && at("export").open) {
    at("export").open = false;
    at("export").querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  if (!at("export").contains(event.target)) at("export").open = false;
});

at("quit").append(icon("power"), h("span", { class: "words" }, "Quit"));
at("quit").addEventListener("click", async () => {
  queue.cancelAll();
  try {
    await ask("close", { method: "POST" });
  } catch (problem) {
    if (problem.code !== "gone") return onGone(problem);
  }
  document.body.replaceChildren(h("main", { class: "over" }, h("h1", {}, "headshot-check has stopped"), h("p", {}, "Nothing of your photos is kept. You can close this tab.")));
});

async function start() {
  try {
    known = await (await ask("policies")).json();
  } catch (problem) {
    onGone(problem);
    return;
  }
  queue.parallel = Math.min(known.workers + 2, known.limits.parallel);
  queue.largest = known.limits.photo_bytes;
  queue.policy ??= known.default;
  const groups = Map.groupBy(known.policies, (policy) => policy.group);
  const option = ({ name, title }) => h("option", { value: name, selected: name === queue.policy }, capitalised(title));
  at("policy").replaceChildren(...[...groups].map(([label, policies]) => h("optgroup", { label }, policies.map(option))));
}

const coach = at("open-coach"); // off until it can do its work
coach.append(icon("camera"), h("span", {}, "Use the camera"));
await start();
import("./coach.js").then(
  ({ mountCoach }) => {
    if (!coach.isConnected) return; // quit meanwhile
    mountCoach({ button: coach, secret, policy: () => queue.policy });
    coach.disabled = false;
  },
  () => coach.remove(),
);
