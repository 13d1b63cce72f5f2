// When to draw: at once when there is peace, seldom while results come in, so that the checks keep the processor.

const APART_MS = 200; // between draws: five a second look fluent, and cost a twelfth of sixty

const due = new Set();
let timer = 0;
let last = -Infinity;

/** Calls `draw` before the next frame, or a little later where there has just been one; never twice for one draw. */
export function soon(draw) {
  due.add(draw);
  if (timer) return;
  const wait = Math.max(0, APART_MS - (performance.now() - last));
  timer = setTimeout(() => requestAnimationFrame(flush), wait);
  if (document.hidden) {
    // no frames are made for a page in the background, and results must not pile up
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }
}

function flush() {
  timer = 0;
  last = performance.now();
  const draws = [...due];
  due.clear();
  for (const draw of draws) draw();
}
