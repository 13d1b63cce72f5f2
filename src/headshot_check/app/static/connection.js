// Requests to the program behind this page, with the secret of its address.

const SECRET = new URLSearchParams(location.search).get("secret") ?? "";
const MOST_TRIES = 40; // of a busy server: two thirds of a minute at its Retry-After of a second

/** What went wrong, with a stable code, the cause and what to do about it. */
export class Problem extends Error {
  constructor(code, cause, remedy = "") {
    super(cause);
    this.code = code;
    this.remedy = remedy;
  }
}

/** The answer of one request; throws a Problem ("gone" where nobody answers), or an AbortError. */
export async function ask(path, { body = undefined, query = {}, signal = undefined, method = body === undefined ? "GET" : "POST" } = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const address = `/api/${path}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
  const type = typeof body === "string" || body?.type === "application/json" ? "application/json" : "application/octet-stream";
  const headers = { Authorization: `Bearer ${SECRET}`, ...(body === undefined ? {} : { "Content-Type": type }) };
  for (let tries = 1; ; tries += 1) {
    let answer;
    try {
      answer = await fetch(address, { method, body, headers, signal, cache: "no-store" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      if (await unreadable(body)) throw new Problem("changed", "The file has been moved or changed since it was added.", "Add it again.");
      throw new Problem("gone", "The program behind this page does not answer.", "Start it again with: headshot-check app");
    }
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    if (problem.code !== "busy" || tries >= MOST_TRIES) throw problem;
    await rest(1000 * Math.min(Number(answer.headers.get("Retry-After")) || 1, 10), signal);
  }
}

async function problemOf(answer) {
  try {
    const { code, detail, remedy } = await answer.json();
    return new Problem(code, detail, remedy);
  } catch {
    return new Problem(`http_${answer.status}`, `The program answered with status ${answer.status}.`, "Try again.");
  }
}

/** Whether a request failed because the file itself cannot be read any more. */
async function unreadable(body) {
  if (!(body instanceof Blob)) return false;
  try {
    await body.slice(0, 1).arrayBuffer();
    return false;
  } catch {
    return true;
  }
}

function rest(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** A data URL as a blob, without a request. */
export function blobOf(dataUrl) {
  const [head, text] = dataUrl.split(",", 2);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return new Blob([bytes], { type: head.slice(5).split(";")[0] });
}

/** Hands a file to the person. */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser reads it after this turn
}
