// Files from everywhere: dropped, in folders to any depth, chosen, pasted.

// As file_names.SUFFIXES, which a test holds it to: what is taken for a photo in a folder. What is named one by one is always tried.
export const SUFFIXES = [".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"];

/** Listens on the whole page; calls `take({file, name}[], skipped)` as files are found, and `dragging(on)`. */
export function listen({ take, dragging }) {
  let depth = 0;
  const over = (on) => {
    depth = Math.max(0, depth + on);
    dragging(depth > 0 && !barred());
  };
  const barred = () => document.querySelector("dialog[open]:not(#viewer)"); // an open photo gives way to new ones
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => carriesFiles(event) && over(1));
  addEventListener("dragleave", (event) => carriesFiles(event) && over(-1));
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = barred() ? "none" : "copy";
  });
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    dragging(false);
    if (!barred()) void dropped(event.dataTransfer, take);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || barred()) return;
    event.preventDefault();
    take(files.map((file) => ({ file, name: pastedName(file) })), 0);
  });
}

let pasted = 0;

/** The clipboard calls every picture image.png. */
function pastedName(file) {
  if (file.name && file.name !== "image.png") return file.name;
  pasted += 1;
  return `pasted-${pasted}.png`;
}

/** What a file input holds; of folders only the photos. */
export function chosen(list, take) {
  const files = [...list].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  const photos = files.filter(({ file, name }) => !file.webkitRelativePath || isPhoto(name));
  take(photos, files.length - photos.length);
}

async function dropped(transfer, take) {
  // Entries can be had during the event only, so all of them are taken before anything is waited for.
  const items = [...transfer.items].filter((item) => item.kind === "file"); // a picture of another page has its address beside it
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...transfer.files];
  const loose = [];
  const folders = [];
  entries.forEach((entry, index) => (entry?.isDirectory ? folders.push(entry) : plain[index] && loose.push(plain[index])));
  if (loose.length) take(loose.map((file) => ({ file, name: file.name })), 0);
  for (const folder of folders) await walk(folder, take);
}

/** A folder's photos, the folder itself first, then those in it, each by name. */
export async function walk(folder, take) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) {
    // a reader gives a hundred at a time, and an empty list at the end
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => []);
    if (!some.length) break;
    entries.push(...some);
  }
  entries.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  const found = await Promise.all(entries.filter((one) => one.isFile && isPhoto(one.name)).map(fileOf));
  const photos = found.filter(Boolean);
  const skipped = entries.filter((one) => one.isFile && !isPhoto(one.name) && !one.name.startsWith(".")).length;
  take(photos, skipped + found.length - photos.length);
  for (const entry of entries) {
    if (entry.isDirectory && !entry.name.startsWith(".")) await walk(entry, take);
  }
}

function fileOf(entry) {
  return new Promise((resolve) => entry.file((file) => resolve({ file, name: entry.fullPath.replace(/^\//, "") }), () => resolve(null)));
}

function isPhoto(path) {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return !name.startsWith(".") && SUFFIXES.some((suffix) => name.endsWith(suffix));
}
