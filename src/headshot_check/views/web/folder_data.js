// The scan's photos: short columns that are there at once, thumbnails and whole reports that are unpacked when needed.

export const index = JSON.parse(document.getElementById("index").textContent);
export const COUNT = index.names.length;

export const { ranks: RANKS, seat_ranks: SEATS } = index;

/** By place, in the order in which the page shows the photos; digits as in RANKS, SEATS and index.remedy_ranks. */
export const verdictOf = Uint8Array.from(index.verdicts, Number);
export const seatOf = Uint8Array.from(index.seats, Number);
export const remedyOf = Uint8Array.from(index.remedies, Number);
export const scoreOf = Int16Array.from(index.scores);
export const oddsOf = Int16Array.from(index.odds);
export const groupOf = Uint32Array.from(index.groups);
export const inScanOrder = Uint32Array.from(index.at);
export const isBest = new Uint8Array(COUNT);
for (const place of index.best) isBest[place] = 1;

// problems[problemsFrom[place]] and on: the checks that failed, then those that warned, up to problemsFrom[place + 1]
export const problemsOf = Uint16Array.from(index.problems);
export const failedOf = Uint16Array.from(index.failed);
export const problemsFrom = new Uint32Array(COUNT + 1);
for (let place = 0; place < COUNT; place += 1) problemsFrom[place + 1] = problemsFrom[place] + index.failed[place] + index.warned[place];

/** What a photo's verdict depends on, in words; empty where on nothing. */
export const conditionAt = (place) => index.conditions[parseInt(index.condition[place], 36)];

/** Sizes of the groups of look-alikes, by their number. */
export const groupSizes = new Uint32Array(index.reasons.length + 1);
for (const group of groupOf) groupSizes[group] += 1;

const EMPTY = { value: null, unit: null, message: "", advice: null, region: null, cause: null, step: null, mend: null, shown: null };
const KEPT_BLOCKS = 96; // of thumbnails: 3,000 photos, some 10 MB
const LOADING_POLL_MS = 60;

const limitsOf = new Map(index.checks.map((one) => [one.check, one]));
const thumbnailBlocks = new Map();
const reportBlocks = new Map();
const waiting = [];
let unpacking = 0;

/** The text of a block once it has come in full: the parser is past it, or done. */
async function blockText(kind, number) {
  for (;;) {
    const done = document.readyState !== "loading";
    const block = document.getElementById(`${kind}${number}`);
    if (block && (done || block.nextElementSibling)) return block.textContent;
    if (done) throw new Error(`The page is not complete: the part ${kind}${number} is missing.`);
    await new Promise((resolve) => setTimeout(resolve, LOADING_POLL_MS));
  }
}

async function unpacked(kind, number) {
  const packed = atob(await blockText(kind, number));
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(plain).arrayBuffer();
}

/** What is known of one photo: {link, path, bytes, report}, the report as in its JSON. */
export async function photoAt(place) {
  const at = index.at[place];
  const number = Math.floor(at / index.reports_a_block);
  if (!reportBlocks.has(number)) {
    if (reportBlocks.size > 8) reportBlocks.delete(reportBlocks.keys().next().value);
    reportBlocks.set(number, unpacked("r", number).then((bytes) => JSON.parse(new TextDecoder().decode(bytes))));
  }
  const photos = await reportBlocks.get(number);
  const photo = photos[at % index.reports_a_block];
  if (!photo.report.not_checked) complete(photo.report);
  return photo;
}

/** Puts back what all findings of a check have in common. */
function complete(report) {
  report.findings = report.findings.map((one) => {
    const known = limitsOf.get(one.check);
    return { ...EMPTY, limits: known?.limits ?? {}, ...one, unit: one.unit ?? known?.unit ?? null };
  });
  const missing = report.findings.filter((one) => one.status === "not_assessed");
  report.not_checked = missing.map(({ check, cause }) => ({ check, cause, reason: index.not_assessed[cause ?? ""] ?? "" }));
}

/** The address of a thumbnail where it is at hand, else undefined; null for a photo that has none. */
function thumbnailAtHand(place) {
  return thumbnailBlocks.get(Math.floor(place / index.thumbnails_a_block))?.urls?.[place % index.thumbnails_a_block];
}

/** Calls back with a thumbnail's address as soon as it is unpacked, the last one asked for first; `wanted` says whether still. */
export function requestThumbnail(place, wanted, use) {
  const known = thumbnailAtHand(place);
  if (known !== undefined) return void use(known);
  waiting.push({ place, wanted, use });
  queueMicrotask(work); // the card is in the page by then
}

export function thumbnailOf(place) {
  return new Promise((resolve) => requestThumbnail(place, () => true, resolve));
}

async function work() {
  if (unpacking >= 4) return;
  unpacking += 1;
  try {
    while (waiting.length) {
      const { place, wanted, use } = waiting.pop();
      if (wanted()) use((await thumbnailBlock(Math.floor(place / index.thumbnails_a_block)))[place % index.thumbnails_a_block]);
    }
  } finally {
    unpacking -= 1;
  }
}

function thumbnailBlock(number) {
  let block = thumbnailBlocks.get(number);
  if (!block) {
    if (thumbnailBlocks.size >= KEPT_BLOCKS) forgetOldest();
    block = { urls: null };
    block.ready = unpacked("t", number).then((bytes) => (block.urls = pictures(bytes, number)));
    thumbnailBlocks.set(number, block);
  }
  return block.ready;
}

function forgetOldest() {
  const [number, block] = thumbnailBlocks.entries().next().value;
  thumbnailBlocks.delete(number);
  block.ready.then((urls) => setTimeout(() => urls.forEach((url) => url && URL.revokeObjectURL(url)), 5000));
}

/** A block's pictures: their lengths as 32-bit numbers, then one after another. */
function pictures(bytes, number) {
  const count = Math.min(index.thumbnails_a_block, COUNT - number * index.thumbnails_a_block);
  const lengths = new DataView(bytes, 0, 4 * count);
  const urls = [];
  let from = 4 * count;
  for (let at = 0; at < count; at += 1) {
    const length = lengths.getUint32(4 * at, true);
    urls.push(length ? URL.createObjectURL(new Blob([new Uint8Array(bytes, from, length)], { type: "image/jpeg" })) : null);
    from += length;
  }
  return urls;
}
