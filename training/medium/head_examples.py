"""Examples for head_marks.py: heads as they are, and with letters, lines, signs and drawn things laid over them.

Where a mark lies is known exactly: it is where the picture was changed. Each is made anew while fitting.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from headshot_check.nets.head_marks import CELL, GROUND, SIZE, view
from headshot_check.pixels.geometry import Box
from training.medium import fonts, marks, overlays, stamps
from training.medium.cache import compressed
from training.medium.head_stickers import disguise, emoji
from training.medium.letters import turned, words
from training.medium.ordinary import sized

OVERLAID, _TRIES = 0.5, 4
_SEEN, _LEAST = 9, 0.012
"""steps of grey from which a change can be seen; share of the middle of the view that is changed at least"""
_OF_A_CELL, _ROUND = 0.03, 0.08
NOTHING, COVERED, UNSURE = 0, 1, 2
"""what a cell holds"""
_ANY = (
    marks.lettering, marks.lettering, stamps.net, stamps.net, stamps.across, stamps.large_words, stamps.large_words,
    stamps.on_the_head, marks.sticker, overlays.watermark, overlays.watermark,
)  # fmt: skip
_SIGNS = "★☆✿❀♥♡☺☻☀☁♪♫✓✗✦✧❄❤✂✈☎✉♛♕◆●■▲◉✪✌☮☯⚡⚽☠"
_KNOWN = ("ARCHIVE", "VOID", "TEST", "LIMITED", "NOT FOR SALE", "stock", "photo", "images", "picture", "agency")


class Heads:
    """Makes examples of pictures with the box of the face in each.

    Parameters
    ----------
    pictures
        (H, W, 3) uint8 and the box of the face, px: what lies around a head and is to be seen at its own size.
    """

    def __init__(self, pictures: list[tuple[np.ndarray, Box]], rng: np.random.Generator) -> None:
        self._pictures, self._rng = pictures, rng

    def __call__(self) -> tuple[np.ndarray, np.ndarray, int]:
        """(SIZE, SIZE, 3) view, (SIZE // CELL,) * 2 what each cell holds, and whether anything lies over the head."""
        rng = self._rng
        rgb, box = self._pictures[int(rng.integers(len(self._pictures)))]
        rgb, box = _part(rgb, box, rng)
        if rng.random() < 0.35:
            rgb = _changed_tones(rgb, rng)
        if rng.random() < _ROUND:
            rgb, box = _rounded(rgb, box, rng)
        before, over = rgb, np.zeros(rgb.shape[:2], np.float32)
        told = NOTHING
        if rng.random() < OVERLAID:
            for _ in range(_TRIES):
                rgb = laid_over(before, box, rng)
                over = changed(before, rgb)
                middle = view(box)._replace(side=0.75 * view(box).side).crop(_wide(over), 60)[..., 0]
                told = COVERED if middle.mean() > 255 * _LEAST else UNSURE
                if told == COVERED:
                    break
        jitter = rng.normal(0, 0.04, 4) * max(box[2] - box[0], box[3] - box[1])
        square = view(tuple(np.array(box) + jitter))  # type: ignore[arg-type]
        shown, share = degraded(rgb, over, square.side, rng)
        scale = shown.shape[1] / rgb.shape[1]
        square = square._replace(center_x=square.center_x * scale, center_y=square.center_y * scale,
                                 side=square.side * scale)  # fmt: skip
        seen = square.crop(shown, SIZE, fill=GROUND)
        cells = cells_of(square.crop(_wide(share), SIZE)[..., 0].astype(np.float32) / 255)
        if rng.random() < 0.5:
            seen, cells = seen[:, ::-1], cells[:, ::-1]
        return np.ascontiguousarray(seen), np.ascontiguousarray(cells), told


def laid_over(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> np.ndarray:
    """Anything, so that it crosses the head with some luck."""
    if rng.random() < 0.4:
        out = _ANY[int(rng.integers(len(_ANY)))](rgb, rng)
        return out if out.shape == rgb.shape else rgb
    do = _OWN[int(rng.integers(len(_OWN)))]
    share, ink = do(rgb.shape[:2], box, rng)
    return inked(rgb, share, ink, rng)


def inked(rgb: np.ndarray, share: np.ndarray, ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`ink` (3,) or (H, W, 3), laid on as far as `share` (H, W), 0..1, says: over, or mixed as layers are."""
    kind, below = rng.random(), rgb.astype(np.float32)
    if kind < 0.1:  # embossed
        reach = max(1, round(share.shape[0] / 250))
        moved = np.roll(share, (reach, reach), (0, 1))
        return np.clip(below + (share - moved)[..., None] * rng.uniform(40, 150), 0, 255).astype(np.uint8)
    if kind < 0.2:  # a shadow beneath
        moved = cv2.GaussianBlur(np.roll(share, (2, 2), (0, 1)), (0, 0), 1.5) * rng.uniform(0.3, 0.9)
        below = below * (1 - moved[..., None])
    mixed = np.broadcast_to(ink, below.shape)
    if kind > 0.92:
        mixed = below * ink / 255
    elif kind > 0.84:
        mixed = 255 - (255 - below) * (255 - ink) / 255
    elif kind > 0.8:
        mixed = np.where(below < 128, 2 * below * ink / 255, 255 - 2 * (255 - below) * (255 - ink) / 255)
    return np.clip(below * (1 - share[..., None]) + mixed * share[..., None], 0, 255).astype(np.uint8)


Layer = Callable[[tuple[int, int], Box, np.random.Generator], tuple[np.ndarray, np.ndarray]]


def _words(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A word or a line across the head, of any size, once or in two or three lines."""
    x0, y0, x1, y1 = box
    long = (x1 - x0) * rng.uniform(0.5, 2.4)
    share = np.zeros(size, np.float32)
    lean = _lean(rng)
    mark = _written(rng, long)
    for k in range(1 + int(rng.random() < 0.2)):
        at = (x0 + (x1 - x0) * rng.uniform(0.1, 0.9), y0 + (y1 - y0) * rng.uniform(-0.2, 1.1) + k * 1.3 * len(mark))
        _put(share, turned(mark, lean), at)
    return share * _alpha(rng), _ink(rng)


def _tiled(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A name or a sign again and again."""
    tall = (box[3] - box[1]) * rng.uniform(0.07, 0.28)
    mark = _sign(int(tall * 2) + 6, rng) if rng.random() < 0.15 else _written(rng, tall=tall)
    side = int(1.5 * max(size)) + 8
    sheet = np.zeros((side, side), np.float32)
    down = max(8, int(mark.shape[0] * rng.uniform(1.2, 4)))
    across, shift = max(12, int(mark.shape[1] * rng.uniform(1.05, 2))), float(rng.choice([0, 0.5, rng.random()]))
    for n, y in enumerate(range(-down, side, down)):
        for x in range(-across + int((n % 2) * shift * across), side, across):
            _put(sheet, mark, (x + mark.shape[1] / 2, y + mark.shape[0] / 2))
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), _lean(rng), 1)
    matrix[:, 2] += (size[1] - side) / 2, (size[0] - side) / 2
    return cv2.warpAffine(sheet, matrix, size[::-1]) * _alpha(rng), _ink(rng)


def _lines(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Straight lines that cross the head, one to many, parallel or from all sides; some with a name on them."""
    share, wide = np.zeros(size, np.float32), max(size)
    thick = max(1, round((box[2] - box[0]) * rng.uniform(0.006, 0.035)))
    middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
    count, lean = int(rng.integers(1, 4)), rng.uniform(0, np.pi)
    if rng.random() < 0.5:
        count, gap = 12, (box[2] - box[0]) * rng.uniform(0.25, 0.9)
        for turn in (lean, lean + np.pi / 2)[: int(rng.integers(1, 3))]:
            along = np.array([np.cos(turn), np.sin(turn)])
            for k in range(-count, count):
                at = middle + (k + 0.3) * gap * along[::-1] * (-1, 1)
                _line(share, at, along, wide, thick)
    else:
        for k in range(count):
            turn = lean + k * rng.uniform(0.5, 2.2)
            at = middle + rng.normal(0, 0.2, 2) * (box[2] - box[0])
            _line(share, at, np.array([np.cos(turn), np.sin(turn)]), wide, thick)
    if rng.random() < 0.5:
        _put(share, turned(_written(rng, (box[2] - box[0]) * rng.uniform(0.5, 1.6)), _lean(rng)), tuple(middle))
    return share * _alpha(rng), _ink(rng)


def _signs(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One to eight signs, hearts, stars, emblems, strewn about the head, of one colour or several."""
    share, ink = np.zeros(size, np.float32), np.zeros((*size, 3), np.float32)
    ink[:] = _ink(rng)
    for _ in range(int(rng.integers(1, 9))):
        mark = _sign(int((box[2] - box[0]) * rng.uniform(0.12, 0.5)) + 4, rng)
        at = _about(box, rng)
        one = np.zeros(size, np.float32)
        _put(one, turned(mark, rng.normal(0, 20)), at)
        if rng.random() < 0.6:
            ink[one > 0.05] = _bright(rng)
        share = np.maximum(share, one)
    return share * (1.0 if rng.random() < 0.6 else _alpha(rng)), ink


def _drawn(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What apps draw on faces: flat or shaded shapes with a rim, in pairs left and right, a nose, strokes, plates."""
    times, (high, wide) = 2, size
    share, ink = np.zeros((high * times, wide * times), np.float32), np.zeros((high * times, wide * times, 3), np.uint8)
    width, x, y = box[2] - box[0], (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for _ in range(int(rng.integers(1, 5))):
        aside, up = width * rng.uniform(0, 0.7), width * rng.uniform(-0.5, 0.95)
        radius = width * rng.uniform(0.06, 0.3)
        shape = _outline(rng) * radius
        colours = [_bright(rng) for _ in range(3)]
        strokes = rng.random() < 0.2
        sides = (-1, 1) if rng.random() < 0.6 else (int(rng.choice([-1, 1])),)
        for side in sides:
            at = np.array([x + side * aside, y - up])
            for k, part in enumerate((1.0, rng.uniform(0.4, 0.85))[: int(rng.integers(1, 3))]):
                points = np.rint((shape * (side, 1) * part + at) * times).astype(np.int32)
                if strokes:
                    thick = max(1, round(width * 0.02 * times))
                    cv2.polylines(share, [points], True, 1.0, thick, cv2.LINE_AA)
                    cv2.polylines(ink, [points], True, colours[k].tolist(), thick + 2)
                else:
                    cv2.fillPoly(share, [points], 1.0, cv2.LINE_AA)
                    cv2.fillPoly(ink, [points], colours[k].tolist())
    if rng.random() < 0.4:  # shaded from above to below, as drawn fur and plastic are
        ramp = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1), len(ink))[:, None, None]
        ink = (ink * ramp).astype(np.uint8)
    share = cv2.resize(share, (wide, high), interpolation=cv2.INTER_AREA)
    colour = cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    colour[share > 0] /= np.maximum(cv2.resize((ink.max(2) > 0).astype(np.float32), (wide, high),
                                               interpolation=cv2.INTER_AREA)[share > 0], 0.3)[:, None]  # fmt: skip
    return share * (1.0 if rng.random() < 0.8 else rng.uniform(0.5, 1)), np.clip(colour, 0, 255)


def _plate(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A disc or a rounded plate with a letter or a word, of flat colours."""
    share, ink = np.zeros(size, np.float32), np.zeros((*size, 3), np.float32)
    mark = _written(rng, (box[2] - box[0]) * rng.uniform(0.15, 1.2))
    h, w = mark.shape
    around = np.zeros((int(h * rng.uniform(1.4, 2.2)) + 4, int(w + h * rng.uniform(0.5, 1.5)) + 4), np.float32)
    if rng.random() < 0.5:
        side = int(np.hypot(h, w)) + 6
        around = np.zeros((side, side), np.float32)
        cv2.circle(around, (side // 2, side // 2), side // 2 - 1, 1.0, -1, cv2.LINE_AA)
    else:
        r = int(len(around) * rng.uniform(0.05, 0.45))
        around[:] = 1
        around = cv2.GaussianBlur(cv2.copyMakeBorder(around[r:-r or None, r:-r or None], r, r, r, r,
                                                     cv2.BORDER_CONSTANT), (0, 0), 0.3 + r / 3)  # fmt: skip
        around = np.clip((around - 0.4) * 8, 0, 1)
    lean, at, colour = rng.normal(0, 8), _about(box, rng), _bright(rng)
    _put(share, turned(around, lean), at)
    inner = np.zeros(size, np.float32)
    _put(inner, turned(mark, lean), at)
    letter = 255.0 if colour.mean() < 150 else 15.0
    ink[:] = colour * (1 - inner[..., None]) + letter * inner[..., None]
    return share * rng.uniform(0.6, 1), ink


_OWN: tuple[Layer, ...] = (
    _words, _words, _words, _tiled, _tiled, _tiled, _lines, _signs, _drawn, _drawn, _plate, emoji, emoji, disguise,
    disguise, disguise,
)  # fmt: skip


def _line(share: np.ndarray, at: np.ndarray, along: np.ndarray, reach: float, thick: int) -> None:
    ends = [tuple(int(v) for v in np.rint(at + way * reach * along)) for way in (-1, 1)]
    cv2.line(share, ends[0], ends[1], 1.0, thick, cv2.LINE_AA)


def _outline(rng: np.random.Generator) -> np.ndarray:
    """(N, 2) points about 0: an ellipse, a triangle, a star, a heart, or any bulging shape; radius about 1."""
    kind, turn = rng.random(), np.linspace(0, 2 * np.pi, 48, endpoint=False)
    around = np.stack([np.cos(turn), np.sin(turn)], 1)
    if kind < 0.3:
        shape = around * rng.uniform(0.5, 1.2, 2)
    elif kind < 0.55:
        shape = rng.uniform((-1, -1.2), (1, 0.8), (3, 2))
    elif kind < 0.7:
        every = 24 // int(rng.integers(3, 9))
        shape = around[::every].copy()
        shape[1::2] *= rng.uniform(0.3, 0.8)
    elif kind < 0.8:
        shape = np.stack(
            [np.sin(turn) ** 3, -(13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn)) / 17], 1
        )
    else:
        radius = 1 + sum(rng.normal(0, 0.25) * np.cos(n * turn + rng.uniform(0, 6)) for n in (2, 3, 4))
        shape = around * np.asarray(radius)[:, None]
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.4 else 0.0
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(shape @ matrix)


def _sign(side: int, rng: np.random.Generator) -> np.ndarray:
    if rng.random() < 0.4:
        return marks.emblem(side, rng, filled=rng.random() < 0.5)
    return _text(str(rng.choice(list(_SIGNS))), fonts.font(_signed()[int(rng.integers(len(_signed())))], max(8, side)))


def _written(rng: np.random.Generator, long: float | None = None, *, tall: float = 40.0) -> np.ndarray:
    text = str(rng.choice(_KNOWN)) if rng.random() < 0.2 else words(rng, most=2)
    if rng.random() < 0.25:
        text = text[: int(rng.integers(1, 4))].upper()
    type_ = fonts.font(_types()[int(rng.integers(len(_types())))], max(7, round(tall)))
    mark = _text(text, type_, rng)
    if long is not None:
        scale = min(long / mark.shape[1], 0.9 * long / mark.shape[0])
        if scale > 1:  # written anew: enlarged it would be soft
            mark = _text(text, fonts.font(Path(str(type_.path)), max(7, round(tall * scale))), rng)
        else:
            mark = cv2.resize(mark, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return mark


def _text(text: str, type_: fonts.Type, rng: np.random.Generator | None = None) -> np.ndarray:
    outline = rng is not None and rng.random() < 0.12
    x0, y0, x1, y1 = type_.getbbox(text)
    room = 3
    picture = Image.new("L", (max(1, int(x1 - x0)) + 2 * room, max(1, int(y1 - y0)) + 2 * room))
    stroke = max(1, int(y1 - y0) // 25) if outline else 0
    ImageDraw.Draw(picture).text(
        (room - x0, room - y0), text, 0 if outline else 255, type_, stroke_width=stroke, stroke_fill=255
    )
    return np.asarray(picture, np.float32) / 255


@lru_cache(maxsize=1)
def _types() -> tuple[Path, ...]:
    """All that may be fitted on."""
    return tuple(
        path for path in fonts.every() if not path.name.startswith(fonts.KEPT_APART) and fonts.draws(path, "Aag03")
    )


@lru_cache(maxsize=1)
def _signed() -> tuple[Path, ...]:
    """Those that have most signs."""
    return tuple(path for path in _types() if fonts.draws(path, "★♥☺✿")) or _types()[:1]


def _put(share: np.ndarray, mark: np.ndarray, at: tuple[float, float]) -> None:
    """The mark with its middle at x, y, in place, whatever is there left where it is more."""
    high, wide = share.shape
    h, w = mark.shape
    left, top = round(at[0] - w / 2), round(at[1] - h / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, wide), min(top + h, high)
    if x1 > x0 and y1 > y0:
        part = share[y0:y1, x0:x1]
        np.maximum(part, mark[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


def _about(box: Box, rng: np.random.Generator) -> tuple[float, float]:
    x0, y0, x1, y1 = box
    return x0 + (x1 - x0) * rng.uniform(-0.15, 1.15), y0 + (y1 - y0) * rng.uniform(-0.4, 1.15)


def _lean(rng: np.random.Generator) -> float:
    return float(rng.choice([0.0, rng.uniform(10, 55), -rng.uniform(10, 55), rng.uniform(-8, 8)]))


def _alpha(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.15, 0.6) if rng.random() < 0.75 else rng.uniform(0.6, 1))


def _ink(rng: np.random.Generator) -> np.ndarray:
    kind = rng.random()
    if kind < 0.52:
        return np.full(3, 255.0)
    return np.full(3, rng.uniform(0, 60)) if kind < 0.8 else _bright(rng)


def _bright(rng: np.random.Generator) -> np.ndarray:
    return np.asarray(rng.uniform(0, 255, 3))


def _part(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> tuple[np.ndarray, Box]:
    """Some part of the picture with the head in it, at a size at which the view is 90 to 300 px wide."""
    square = view(box)
    high, wide = rgb.shape[:2]
    reach = square.side / 2
    lows = [max(0.0, at - reach * rng.uniform(1.1, 2.6)) for at in (square.center_x, square.center_y)]
    highs = [min(float(most), at + reach * rng.uniform(1.1, 3.0))
             for at, most in ((square.center_x, wide), (square.center_y, high))]  # fmt: skip
    left, top, right, bottom = (int(v) for v in (*lows, *highs))
    part = rgb[top:bottom, left:right]
    scale = 1.0
    if rng.random() < 0.6:
        scale = float(np.clip(rng.uniform(90, 300), 0.5 * square.side, 2.2 * square.side)) / square.side
    scale = min(scale, 300 / square.side)
    to = (max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale)))
    if scale != 1:
        part = cv2.resize(part, to, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    across, down = part.shape[1] / (right - left), part.shape[0] / (bottom - top)
    x0, y0, x1, y1 = box
    return part, ((x0 - left) * across, (y0 - top) * down, (x1 - left) * across, (y1 - top) * down)


def _rounded(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> tuple[np.ndarray, Box]:
    """A round picture, or one between bars, on a plain ground: where it ends is no mark."""
    square = view(box)
    radius = square.side * rng.uniform(0.42, 0.95)
    x, y = (at + rng.normal(0, 0.06) * square.side for at in (square.center_x, square.center_y))
    ground = np.full(3, rng.choice([0.0, 255.0, rng.uniform(0, 255)])) if rng.random() < 0.75 else _bright(rng)
    inside = np.zeros(rgb.shape[:2], np.uint8)
    if rng.random() < 0.8:
        cv2.circle(inside, (round(8 * x), round(8 * y)), round(8 * radius), 255, cv2.FILLED, cv2.LINE_AA, 3)
    elif rng.random() < 0.5:
        inside[:, max(0, round(x - radius)) : round(x + radius)] = 255
    else:
        inside[max(0, round(y - radius)) : round(y + radius)] = 255
    soft = inside[..., None] / 255
    out = (rgb * soft + ground * (1 - soft)).astype(np.uint8)
    if rng.random() < 0.6:  # no room around
        reach = radius * rng.uniform(1, 1.15)
        left, top = max(0, round(x - reach)), max(0, round(y - reach))
        out = np.ascontiguousarray(out[top : round(y + reach), left : round(x + reach)])
        box = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
    return out, box


def _changed_tones(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As owners change them: grey, toned, tinted, sharpened, brighter, harder."""
    out, kind = rgb.astype(np.float32), rng.random()
    if kind < 0.3:
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]
        dark, light = np.zeros(3), np.full(3, 255.0)
        if rng.random() < 0.4:
            dark, light = rng.uniform(0, 110, 3), rng.uniform(150, 255, 3)
        out = dark + grey / 255 * (light - dark)
    elif kind < 0.5:
        soft = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.7, 2.5))
        out = out + (out - soft) * rng.uniform(0.4, 2)
    elif kind < 0.65:
        out = out * rng.uniform(0.75, 1.2, 3)
    if rng.random() < 0.6:
        out = (out - 128) * rng.uniform(0.65, 1.5) + 128 + rng.uniform(-35, 35)
    return np.clip(out, 0, 255).astype(np.uint8)


def degraded(
    rgb: np.ndarray, share: np.ndarray, side: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """As a file: some smaller, soft or grainy, and compressed; the shares at the same size."""
    if rng.random() < 0.35 and side > 90:
        size = max(1, round(max(rgb.shape[:2]) * max(80 / side, rng.uniform(0.5, 1))))
        rgb = sized(rgb, size)
        share = cv2.resize(share, rgb.shape[1::-1], interpolation=cv2.INTER_AREA)
    if rng.random() < 0.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.3, 1.2))
    if rng.random() < 0.25:
        rgb = np.clip(rgb + rng.normal(0, rng.uniform(1, 8), rgb.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.8:
        rgb = compressed(rgb, int(rng.integers(*((20, 45) if rng.random() < 0.15 else (45, 97)))))
    return rgb, share


def changed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(H, W) 0 or 1: where the picture was changed so that it can be seen."""
    return (np.abs(after.astype(np.int16) - before).max(2) > _SEEN).astype(np.float32)


def cells_of(share: np.ndarray) -> np.ndarray:
    """(SIZE // CELL,) * 2 what each cell holds, of the shares (SIZE, SIZE), 0..1, of each px that are changed."""
    of = cv2.resize(share, (SIZE // CELL,) * 2, interpolation=cv2.INTER_AREA)
    return np.where(of > _OF_A_CELL, COVERED, np.where(of > 0.003, UNSURE, NOTHING)).astype(np.uint8)


def _wide(share: np.ndarray) -> np.ndarray:
    return np.repeat((share * 255).astype(np.uint8)[..., None], 3, 2)
