// What a reload keeps: the results, in the tab's own storage, which goes with the tab. The photos themselves are not kept.

const PREFIX = "photo ";

let full = false;

/** Whether a reload would keep all that was handed to `remember`. */
export const keepsAll = () => !full;

/** Keeps a photo's result, as far as the browser has room; `wanted()`: whether the photo is still in the list. */
export function remember(photo, wanted) {
  turn = turn.catch(() => {}).then(() => pack(photo, wanted));
}

let turn = Promise.resolve(); // one after another: hundreds at once, as after an undo, would stop the page

async function pack(photo, wanted) {
  if (full || !wanted()) return;
  const { id, name, size, modified, policy } = photo;
  const record = await packed(photo.record);
  if (!wanted()) return;
  try {
    sessionStorage.setItem(`${PREFIX}${id}`, JSON.stringify({ id, name, size, modified, policy, record }));
  } catch {
    full = true; // some 200 photos in a browser's 5 MB
  }
}

export function forget(photo) {
  sessionStorage.removeItem(`${PREFIX}${photo.id}`);
}

export function forgetAll() {
  for (const key of keys()) sessionStorage.removeItem(key);
}

/** What was kept, as it was added: {id, name, size, modified, policy, text}. */
export async function remembered() {
  const kept = keys().map((key) => JSON.parse(sessionStorage.getItem(key)));
  kept.sort((one, other) => one.id - other.id);
  return Promise.all(kept.map(async ({ record, ...photo }) => ({ ...photo, text: await unpacked(record) })));
}

const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

async function packed(blob) {
  const bytes = new Uint8Array(await new Response(blob.stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
}
