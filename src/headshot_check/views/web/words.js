// Names and words as the other views have them (views/check_names.py, sentences/): a test holds the two together.

export const CHECK_NAMES = {
  "capture.front_camera": "camera",
  "capture.perspective": "camera distance",
  "car.drivers_seat": "driver's seat",
  "colour.cast": "colour tint",
  "colour.saturation": "colour strength",
  "colour.skin_chroma": "skin colour",
  "colour.variety": "colourfulness",
  "covering.eye_shadow": "shadow over the eyes",
  "covering.glare": "glare on glasses",
  "covering.hand": "hand over the face",
  "eyes.gaze": "gaze",
  "eyes.opening": "eye opening",
  "faces.count": "number of faces",
  "faces.found": "face",
  "file.animated": "animation",
  "file.blockiness": "compression",
  "file.greyscale": "colour",
  "file.jpeg_quality": "JPEG quality",
  "file.short_side": "picture size",
  "file.truncated": "file completeness",
  "file.damaged": "file damage",
  "framing.circle_cut": "fit in the circle",
  "framing.eye_line": "height of the eyes",
  "framing.face_cut": "face in the frame",
  "framing.head_height": "head size",
  "framing.inter_eye_distance": "face resolution",
  "framing.offset": "centring",
  "lighting.balance": "light balance",
  "lighting.blocked": "shadows",
  "lighting.blown": "highlights",
  "lighting.dark": "face brightness",
  "lighting.dynamic_range": "tonal range",
  "lighting.hard_shadow": "hard shadow",
  "lighting.hot_spots": "shine",
  "lighting.low_key": "blackness",
  "pose.pitch": "chin level",
  "pose.roll": "head tilt",
  "pose.yaw": "head turn",
  "sharpness.background_focus": "background focus",
  "sharpness.face_blur": "face sharpness",
  "sharpness.motion": "motion blur",
};

export const SUBJECT_NAMES = {
  car: "car",
  faces: "face",
  framing: "framing",
  pose: "pose",
  eyes: "eyes",
  mouth: "mouth",
  covering: "covering",
  lighting: "light",
  colour: "colour",
  sharpness: "sharpness",
  background: "background",
  capture: "camera",
  file: "file",
};

export const SUBJECTS_IN_FULL = ["background", "eyes", "faces", "file", "mouth"];

export const CUES_IN_WORDS = {
  seat_belt: "seat belt across the chest",
  headrest: "headrest behind the head",
  car_window: "car window beside the face",
  roof: "car roof above the head",
  steering_wheel: "steering wheel in the picture",
};

export const ROUND_TARGETS = ["github", "linkedin"];

export const VERDICTS = ["unreadable", "retake", "usable", "ready"]; // the worst first, as in ranking.py
export const VERDICT_NAMES = { ready: "Ready", usable: "Usable", retake: "Retake", unreadable: "Unreadable" };
export const STATUS_NAMES = { fail: "Fails", warn: "Could be better", pass: "Good", not_assessed: "Not checked" };

const UNIT_WORDS = ["deg", "px", "stops", "share", "ratio"];

/** The name of a check in plain words: "lighting.backlight" -> "backlight". */
export function checkLabel(check) {
  if (check in CHECK_NAMES) return CHECK_NAMES[check];
  const at = check.lastIndexOf(".");
  const subject = check.slice(0, Math.max(at, 0));
  const words = check.slice(at + 1).split(/[-_]/);
  if (words.length > 1 && UNIT_WORDS.includes(words.at(-1))) words.pop();
  const said = words.includes(subject) || words.includes(subject.replace(/s+$/, ""));
  if (SUBJECTS_IN_FULL.includes(subject) && !said) words.unshift(subject);
  return words.join(" ");
}

export function capitalised(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The cues that speak for a verdict of likely or possible, strongest first; none for another verdict. */
export function shownCues(seat) {
  if (seat.verdict !== "likely" && seat.verdict !== "possible") return [];
  const cues = [...seat.cues].sort((one, other) => other.probability - one.probability);
  const sure = cues.filter((cue) => cue.probability >= 0.5);
  return sure.length ? sure : cues.slice(0, 1);
}

/** The driver's-seat verdict in words that are as certain as it is; empty when there is nothing to say. */
export function seatTitle(seat) {
  const where = { driver: "the driver's seat of a car", passenger: "the passenger seat of a car" }[seat.side] ?? "a car";
  if (seat.verdict === "likely") return `likely taken in ${where}`;
  return seat.verdict === "possible" ? "this may be a car seat" : "";
}

/** What the verdict depends on, or what a crop makes of it: "once cropped", "ready once cropped"; else empty. */
export function condition(report) {
  if (report.verdict !== "usable") return "";
  if (report.crop?.mends.length && report.crop.verdict === "ready") return "ready once cropped";
  const by = new Set(report.findings.filter((one) => one.status === "fail").map((one) => one.mend));
  const done = [["crop", "cropped"], ["export", "exported"]].filter(([mend]) => by.has(mend)).map(([, word]) => word);
  return done.length ? `once ${done.join(" and ")}` : "";
}

/** Whether anything can be good or bad about a finding: what has no limits is only reported. */
export function isJudged(finding) {
  return Object.keys(finding.limits).length > 0;
}

const SEVERITY = { fail: 0, warn: 1, not_assessed: 2, pass: 3 };

/** The findings that warn or fail, the worst first, in the report's own order within each. */
export function problems(report) {
  const wrong = report.findings.filter((one) => one.status === "fail" || one.status === "warn");
  return wrong.sort((one, other) => SEVERITY[one.status] - SEVERITY[other.status]);
}

/** The cause alone: "me.jpg: the file is empty. Send it again." -> "The file is empty." */
export function causeOf(finding, source) {
  const text = finding.message.startsWith(`${source}: `) ? finding.message.slice(source.length + 2) : finding.message;
  return capitalised(finding.advice ? text.replace(finding.advice, "").trim() : text);
}
