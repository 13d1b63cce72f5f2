// The frame of a crop in px of the photo: {x, y} its middle, `wide`, `lean` in radians; it keeps its aspect and stays in the photo.

const NARROWEST = 0.05; // of the widest that fits

/** The frame that a report's crop has in a photo of this size. */
export function frameOf(crop, { width, height }, aspect) {
  const points = crop.region.points.map(([x, y]) => [x * width, y * height]);
  const [x, y] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const across = [points[1][0] - points[0][0], points[1][1] - points[0][1]];
  return { x, y, wide: Math.hypot(...across), lean: Math.atan2(across[1], across[0]), aspect, size: [width, height] };
}

/** Its corners in fractions of the photo, clockwise from its own top left, as in a report. */
export function regionOf(frame) {
  const [w, h] = [frame.wide / 2, high(frame) / 2];
  const held = (at) => Math.min(Math.max(at, 0), 1);
  return { points: [[-w, -h], [w, -h], [w, h], [-w, h]].map((corner) => onPhoto(frame, corner).map((at, axis) => held(at / frame.size[axis]))) };
}

export const high = (frame) => frame.wide / frame.aspect;

export const moved = (frame, dx, dy) => held({ ...frame, x: frame.x + dx, y: frame.y + dy });

/** Larger or smaller around its middle. */
export const grown = (frame, by) => held({ ...frame, wide: frame.wide * by });

/** Pulled by `dx`, `dy` px at a handle: `side` is -1, 0 or 1 across and down; what is opposite stays where it is. */
export function pulled(frame, side, dx, dy) {
  const [along, down] = turned([dx, dy], -frame.lean);
  const diagonal = [frame.aspect, 1].map((one) => one / Math.hypot(frame.aspect, 1));
  const [across, upright] = [side[0] * along, side[1] * down];
  let more = side[0] ? across : upright * frame.aspect;
  if (side[0] && side[1]) more = (across * diagonal[0] + upright * diagonal[1]) * diagonal[0];
  const fixed = onPhoto(frame, [(-side[0] * frame.wide) / 2, (-side[1] * high(frame)) / 2]);
  const wide = Math.min(Math.max(frame.wide + more, NARROWEST * widest(frame)), room(frame, side, fixed));
  const [x, y] = turned([(side[0] * wide) / 2, (side[1] * wide) / frame.aspect / 2], frame.lean);
  return held({ ...frame, x: fixed[0] + x, y: fixed[1] + y, wide });
}

/** The width at which a frame that grows from `fixed` meets the photo's edge. */
function room({ aspect, lean, size }, side, fixed) {
  let most = Infinity;
  for (const [right, below] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
    const way = turned([(right + side[0]) / 2, (below + side[1]) / 2 / aspect], lean);
    way.forEach((step, axis) => {
      if (Math.abs(step) > 1e-9) most = Math.min(most, Math.max(0, (step > 0 ? size[axis] - fixed[axis] : fixed[axis]) / Math.abs(step)));
    });
  }
  return most;
}

/** Half of the box around a frame of width 1. */
function reach({ aspect, lean }) {
  const [cos, sin] = [Math.abs(Math.cos(lean)), Math.abs(Math.sin(lean))];
  return [(cos + sin / aspect) / 2, (sin + cos / aspect) / 2];
}

const widest = (frame) => Math.min(...reach(frame).map((one, axis) => frame.size[axis] / (2 * one)));

function held(frame) {
  const most = widest(frame);
  const wide = Math.min(Math.max(frame.wide, NARROWEST * most), most);
  const [x, y] = reach(frame).map((one, axis) => Math.min(Math.max([frame.x, frame.y][axis], wide * one), frame.size[axis] - wide * one));
  return { ...frame, wide, x, y };
}

function turned([x, y], angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos - y * sin, x * sin + y * cos];
}

function onPhoto(frame, from) {
  const [x, y] = turned(from, frame.lean);
  return [frame.x + x, frame.y + y];
}
