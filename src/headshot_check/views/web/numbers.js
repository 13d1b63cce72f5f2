// Measured values for people: the same texts as views/labels.py, which a test holds them to.

const DEGREES = ["deg", "degree", "degrees", "°"];
const SHARES = ["fraction", "probability", "share"];
const BARE = ["1", "count", "ratio", "score"];
const SHORT = {
  "% of the inter-eye distance": "% of eye distance",
  "stops below white": "stops",
  "CIELAB chroma": "chroma",
  "levels of 255": "levels",
};

/** A number with so many decimals; halves that are exact go to the even digit, as in Python. */
function fixed(value, digits) {
  const scaled = Math.abs(value) * 10 ** digits;
  const tie = scaled % 1 === 0.5 && Number.isInteger(value * 2 ** (digits + 1));
  if (!tie) return value.toFixed(digits);
  const whole = Math.floor(scaled);
  return ((Math.sign(value) * (whole + (whole % 2))) / 10 ** digits).toFixed(digits);
}

/** A share as a percentage that never rounds up to certainty. */
export function percent(share) {
  return `${Math.min(Math.max(Number(fixed(share * 100, 0)), 1), 99)} %`;
}

/** An encoded size: "9.3 MB", "480 kB". */
export function byteSize(size) {
  const [unit, scale] = size >= 1e6 ? ["MB", 1e6] : size >= 1e3 ? ["kB", 1e3] : ["bytes", 1];
  return `${fixed(size / scale, unit === "MB" && size < 20e6 ? 1 : 0)} ${unit}`;
}

/** Decimals that suit the size of the number and keep it apart from the limit. */
function decimals(value, limit) {
  if (Number.isInteger(value) && (limit === null || Number.isInteger(limit))) return 0;
  let digits = Math.abs(value) >= 20 ? 0 : Math.abs(value) >= 1 || value === 0 ? 1 : 2;
  while (limit !== null && value !== limit && digits < 4 && fixed(value, digits) === fixed(limit, digits)) digits += 1;
  return digits;
}

/** ["max" or "min", the limit] that made the finding what it is; ["", null] where none was crossed. */
function crossed(value, limits, status) {
  if (status !== "fail" && status !== "warn") return ["", null];
  const above = limits[`${status}_above`] ?? null;
  const below = limits[`${status}_below`] ?? null;
  if (above !== null && value >= above) return ["max", above];
  if (below !== null && value <= below) return ["min", below];
  return ["", null];
}

/** The measured value with its unit and the limit that it crossed, "1.8 stops, max 1.0"; empty without a value. */
export function measureText(finding) {
  let { value } = finding;
  let unit = finding.unit ?? "";
  if (value === null || typeof value === "boolean") return "";
  if (typeof value === "string") return [value.replaceAll("_", " "), unit].filter(Boolean).join(" ");
  let [word, limit] = crossed(value, finding.limits, finding.status);
  if (DEGREES.includes(unit) && limit !== null && value < limit && limit < 0) [word, value, limit] = ["max", -value, -limit];
  if (SHARES.includes(unit)) {
    unit = "%";
    value *= 100;
    if (limit !== null) limit = Number((limit * 100).toFixed(6));
  } else if (BARE.includes(unit)) unit = "";
  const shown = withUnit(value, unit, decimals(value, limit));
  if (limit === null) return shown;
  return `${shown}, ${word} ${fixed(limit, Number.isInteger(limit) && Math.abs(limit) >= 2 ? 0 : decimals(value, limit))}`;
}

function withUnit(value, unit, digits) {
  if (DEGREES.includes(unit)) return `${fixed(value, digits)}°`;
  const short = SHORT[unit] ?? unit;
  return short ? `${fixed(value, digits)} ${short}` : fixed(value, digits);
}

/** One number of a scale, without its unit: the end of a zone on a gauge. */
export function scaleText(value, unit) {
  const shown = SHARES.includes(unit) ? value * 100 : value;
  const digits = Number.isInteger(Number(shown.toFixed(6))) ? 0 : Math.abs(shown) >= 1 ? 1 : 2;
  return fixed(Number(shown.toFixed(6)), digits);
}
