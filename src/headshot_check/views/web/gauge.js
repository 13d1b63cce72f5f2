// A value against its limits: where it is good, where it warns, where it fails, and a pin where it stands.

import { h } from "./dom.js";
import { SHARES } from "./names.js";

const BEYOND = 0.4; // of the span of the limits: what shows of the zones at the ends
const FARTHEST = 2.5; // spans: a value beyond stands at the end, with an arrow

const MIRRORED = { warn_below: "warn_above", fail_below: "fail_above", warn_above: "warn_below", fail_above: "fail_below" };

/** The finding with the sign that its text has: an angle beyond a negative limit is given without its minus. */
function asShown(finding) {
  const { value, limits, unit, status } = finding;
  const crossed = limits[`${status}_below`];
  if (unit !== "degrees" || !(value < crossed && crossed < 0)) return finding;
  const mirrored = Object.entries(limits).map(([key, limit]) => [MIRRORED[key] ?? key, typeof limit === "number" ? -limit : limit]);
  return { ...finding, value: -value, limits: Object.fromEntries(mirrored) };
}

/** The ends of the scale and its zones, or null where there is nothing to draw: words, yes/no, no limits. */
export function gaugeScale(finding) {
  const { value, limits, unit } = finding;
  if (typeof value !== "number") return null;
  const lows = [limits.fail_below, limits.warn_below].filter((one) => one !== undefined);
  const highs = [limits.warn_above, limits.fail_above].filter((one) => one !== undefined);
  if (!lows.length && !highs.length) return null;
  let from = lows.length ? Math.min(...lows) : Math.min(0, value, highs[0] - 1e-9);
  let to = highs.length ? Math.max(...highs) : Math.max(...lows) * (Math.max(...lows) > 0 ? 2 : -1) || 1;
  const span = Math.max(to - from, 1e-9);
  const floor = unit === "degrees" || from < 0 || value < 0 ? -Infinity : 0;
  const ceiling = unit === "probability" ? 1 : Infinity;
  if (lows.length) from = Math.max(floor, Math.min(from - BEYOND * span, Math.max(value - 0.1 * span, from - FARTHEST * span)));
  else from = Math.max(from, to - FARTHEST * span);
  if (highs.length || value > to) {
    const wanted = highs.length ? Math.max(to + BEYOND * span, value + 0.1 * span) : value + 0.1 * span;
    to = Math.min(ceiling, Math.min(wanted, to + FARTHEST * span));
  }
  const at = (one) => Math.min(Math.max((one - from) / (to - from), 0), 1);
  const edges = [
    ["fail", limits.fail_below ?? null],
    ["warn", limits.warn_below ?? limits.fail_below ?? null],
    ["good", limits.warn_above ?? limits.fail_above ?? null],
    ["warn", limits.fail_above ?? null],
    ["fail", null],
  ];
  const zones = [];
  let start = 0;
  for (const [index, [tone, edge]] of edges.entries()) {
    if (index === 3 && !("fail_above" in limits)) {
      if ("warn_above" in limits) zones.push({ tone: "warn", from: start, to: 1 });
      break;
    }
    if (edge === null && index < 2) continue;
    const end = edge === null ? 1 : at(edge);
    if (end > start) zones.push({ tone, from: start, to: end, edge });
    start = end;
    if (edge === null) break;
  }
  return { zones, at: at(value), before: value < from, beyond: value > to };
}

/** One limit on the scale, without its unit, with up to three decimals: with fewer it would be another. */
function scaleText(limit, unit) {
  return String(Number((SHARES.includes(unit) ? limit * 100 : limit).toFixed(3)));
}

/** The gauge as a picture with a text of its own; null where there is nothing to draw. */
export function gauge(found) {
  const finding = asShown(found);
  const scale = gaugeScale(finding);
  if (!scale) return null;
  const track = h("div", { class: "gauge-track" });
  const ticks = h("div", { class: "gauge-ticks" });
  for (const zone of scale.zones) {
    const part = h("span", { class: `gauge-zone ${zone.tone}` });
    part.style.flexGrow = String(zone.to - zone.from);
    track.append(part);
    if (zone.edge !== null && zone.edge !== undefined && zone.to < 1) {
      const tick = h("span", { class: "gauge-tick" }, scaleText(zone.edge, finding.unit));
      tick.style.left = `${100 * zone.to}%`;
      ticks.append(tick);
    }
  }
  const pin = h("span", { class: `gauge-pin${scale.beyond ? " beyond" : scale.before ? " before" : ""}` });
  pin.style.left = `${100 * scale.at}%`;
  const words = `${finding.shown ?? ""}; ${limitsText(finding)}`;
  return h("div", { class: "gauge", role: "img", "aria-label": words }, h("div", { class: "gauge-bar" }, track, pin), ticks);
}

/** The limits in words: "could be better above 30, fails above 65". */
export function limitsText(finding) {
  const names = { warn_below: "could be better below", fail_below: "fails below", warn_above: "could be better above", fail_above: "fails above" };
  const parts = Object.entries(names).filter(([key]) => typeof finding.limits[key] === "number");
  return parts.map(([key, words]) => `${words} ${scaleText(finding.limits[key], finding.unit)}`).join(", ");
}
