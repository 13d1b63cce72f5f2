// The sign beside an instruction: an arrow where there is a direction, else a picture of what it is about.

import { s } from "../web/dom.js";

// On a field of 24 by 24, with round strokes.
const SIGNS = {
  left: "M20 12H4m6-6-6 6 6 6",
  right: "M4 12h16m-6-6 6 6-6 6",
  up: "M12 20V4m-6 6 6-6 6 6",
  down: "M12 4v16m-6-6 6 6 6-6",
  closer: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M4 4l6 6M20 4l-6 6M4 20l6-6M20 20l-6-6",
  back: "M10 5v5H5M14 5v5h5M10 19v-5H5M14 19v-5h5M10 10 4 4M14 10l6-6M10 14l-6 6M14 14l6 6",
  turn_left: "M19 18a8 8 0 0 0-8-10H4m4.500-4.500L4 8l4.500 4.500",
  turn_right: "M5 18A8 8 0 0 1 13 8h7m-4.500-4.500L20 8l-4.500 4.500",
  tilt_left: "M19 17A8 8 0 0 0 5.500 8.500M5 3.500v5.500h5.500",
  tilt_right: "M5 17A8 8 0 0 1 18.500 8.500M19 3.500v5.500h-5.500",
  face: "M12 3.500c-4 0-6 3-6 7s2.500 9.500 6 9.500 6-5.500 6-9.500-2-7-6-7M9.500 10.500v.1M14.500 10.500v.1M10 15c1.200 1 2.800 1 4 0",
  place: "M3.500 15.500v-3l2-5.500h13l2 5.500v3zM3.500 12.500h17M6.500 15.500v2M17.500 15.500v2",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400",
  background: "M3.500 18.500v-13h17v13zM3.500 16l5-5 4 4 2.500-2.500 5.500 5M15.500 9v.1",
  eyes: "M2.500 12C5 8 8.300 6 12 6s7 2 9.500 6c-2.500 4-5.800 6-9.500 6s-7-2-9.500-6M12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5",
  still: "M12 4.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 0 0 0-15M12 2v5M12 17v5M2 12h5M17 12h5",
  good: "M4.500 12.500 10 18 20 6.500",
  look: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4",
};

/** The sign of an instruction. */
export function sign(code, direction, group) {
  const name = [code, direction, group, "look"].find((one) => one in SIGNS);
  return s("svg", { viewBox: "0 0 24 24" }, s("path", { d: SIGNS[name] }));
}
