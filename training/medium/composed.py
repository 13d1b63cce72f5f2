"""Screenshots put together from many parts at random, to learn from: calls, pages, apps. No two are laid out alike."""

from __future__ import annotations

import cv2
import numpy as np

from training.medium.letters import cover, fit, laid, words
from training.medium.screen_parts import WHITE, Others, fill, icon, rounded, tile


def meeting(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A call: ground, tiles square or rounded, plates, a row or a column of tools along any edge, a chat, captions."""
    high, wide = _window(rng, 1.0, 1.9)
    room, ink = _ground(high, wide, rng)
    around = [0.0, 0.0, 0.0, 0.0]  # above, below, left, right
    tools = int(rng.choice([0, 1, 1, 1, 2, 3]))
    around[tools] = min(high, wide) * rng.uniform(0.07, 0.17)
    if rng.random() < 0.4:
        around[int(rng.integers(4))] += min(high, wide) * rng.uniform(0.02, 0.1)
    floats = rng.random() < 0.25  # the tools lie over the picture
    top, low, left, right = (int(n) for n in ([0.0] * 4 if floats else around))
    side = int(wide * rng.uniform(0.16, 0.3)) if rng.random() < 0.3 else 0
    x1 = wide - right - side
    area = room[top : high - low, left:x1]
    _tiles(area, rgb, rng, others)
    if side:
        _talk(room[top : high - low, x1 : x1 + side], ink, rng)
    if rng.random() < 0.25:  # what is said
        said = fit(cover(words(rng, most=6), max(9, high * 0.04), rng), wide * 0.6)
        y = high - low - said.shape[0] * 1.3
        plate = np.ones((said.shape[0] * 2, said.shape[1] + 16), np.float32)
        laid(room, plate, left + area.shape[1] / 2, y, np.zeros(3), rng.uniform(0.4, 0.9))
        laid(room, said, left + area.shape[1] / 2, y, WHITE, 1)
    across = around[tools]
    middle = (across / 2, high - across / 2, across / 2, wide - across / 2)[tools]
    at = rng.choice([0.3, 0.5, 0.5, 0.7])
    _row(room, (at * wide if tools < 2 else middle, middle if tools < 2 else at * high), across, tools >= 2, rng)
    return room


def page(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A page or an app around the picture: an address, a head, words beside or below, small pictures, buttons."""
    tall = rng.random() < 0.5
    high, wide = _window(rng, 0.45, 0.7) if tall else _window(rng, 1.1, 1.8)
    room, ink = _ground(high, wide, rng)
    y = 0
    if tall and rng.random() < 0.8:  # the phone's line
        line = max(10, int(high * rng.uniform(0.025, 0.045)))
        clock = cover(f"{rng.integers(0, 24)}:{rng.integers(10, 60)}", line * 0.55, rng)
        laid(room, clock, wide * rng.choice([0.12, 0.5]), line / 2, ink, 1)
        for k in range(int(rng.integers(2, 5))):
            icon(room, wide * (0.94 - 0.06 * k), line / 2, line * 0.5, ink, rng)
        if rng.random() < 0.3:
            cv2.line(room, (int(wide * 0.42), line // 3), (int(wide * 0.58), line // 3), (0, 0, 0), line // 2)
        y += line
    for _ in range(int(rng.integers(0, 3))):  # tabs, an address, a head
        bar = max(12, int(high * rng.uniform(0.035, 0.08)))
        room[y : y + bar] = np.clip(room[y : y + bar] + rng.uniform(-25, 25), 0, 255).astype(np.uint8)
        x = wide * rng.uniform(0.03, 0.3)
        if rng.random() < 0.5:
            ends = (int(x), y + bar // 2), (int(wide * rng.uniform(0.5, 0.9)), y + bar // 2)
            cv2.line(room, *ends, rng.uniform(120, 255, 3).tolist(), max(4, int(bar * 0.6)), cv2.LINE_AA)
        mark = fit(cover(words(rng), bar * 0.42, rng), wide * 0.6)
        laid(room, mark, x + mark.shape[1] / 2, y + bar / 2, ink, 1)
        for k in range(int(rng.integers(0, 4))):
            icon(room, wide - bar * (0.6 + 0.9 * k), y + bar / 2, bar * 0.4, ink, rng)
        y += bar
    low = int(high * rng.choice([0, rng.uniform(0.06, 0.12)]))
    body = room[y : high - low]
    h, w = body.shape[:2]
    if tall:
        top = int(h * rng.choice([0, rng.uniform(0, 0.15)]))
        shown = (slice(top, top + int(h * rng.uniform(0.45, 0.85))), slice(0, w))
        rest = (slice(shown[0].stop, h), slice(0, w))
    else:
        left, width = int(w * rng.choice([0, rng.uniform(0.02, 0.4)])), int(w * rng.uniform(0.35, 0.6))
        gap = int(h * rng.uniform(0, 0.08))
        shown = (slice(gap, h - gap), slice(left, left + width))
        rest = (slice(0, h), slice(min(w - 8, left + width), w) if left < w * 0.3 else slice(0, left))
    fill(body[shown], rgb)
    if rng.random() < 0.3:
        rounded(body[shown], rng.uniform(0.03, 0.2), tuple(np.median(room[:, 1:3], (0, 1))))
    _talk(body[rest], ink, rng)
    if low:
        _row(room, (wide / 2, high - low / 2), low, False, rng)
    return room


def app(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """The picture fills a phone or a window; signs lie over it: along an edge, a head with words, a box below."""
    high, wide = _window(rng, 0.45, 0.8) if rng.random() < 0.7 else _window(rng, 1.2, 1.8)
    room = np.zeros((high, wide, 3), np.uint8)
    bars = int(high * rng.choice([0, 0, rng.uniform(0.05, 0.2)]))
    fill(room[bars : high - bars], rgb)
    least = min(high, wide)
    for end in (0, high):  # shaded so that signs are read
        if rng.random() < 0.5:
            shade = np.linspace(1, 0, max(2, high // 6))[:, None].astype(np.float32) * np.ones((1, wide), np.float32)
            y = len(shade) / 2 if end == 0 else high - len(shade) / 2
            laid(room, shade if end == 0 else shade[::-1], wide / 2, y, np.zeros(3), 0.6)
    size, y = least * rng.uniform(0.05, 0.1), least * rng.uniform(0.04, 0.1)
    if rng.random() < 0.6:
        line = max(9, high * 0.022)
        clock = cover(f"{rng.integers(0, 24)}:{rng.integers(10, 60)}", line, rng)
        laid(room, clock, wide * 0.1, line, WHITE, 1)
        for k in range(3):
            icon(room, wide * (0.93 - 0.06 * k), line, line, WHITE, rng)
        y += 2 * line
    if rng.random() < 0.7:  # whose it is
        cv2.circle(room, (int(wide * 0.05 + size / 2), int(y)), int(size / 2), rng.uniform(0, 255, 3).tolist(), -1)
        mark = fit(cover(words(rng, most=2), size * 0.5, rng), wide * 0.5)
        laid(room, mark, wide * 0.07 + size + mark.shape[1] / 2, y, WHITE, 1)
    for k in range(int(rng.integers(0, 6))):  # a column of signs
        at = high * 0.9 - k * size * rng.uniform(1.6, 1.8)
        icon(room, wide - size, at, size * 0.8, WHITE, rng)
        if rng.random() < 0.5:
            laid(room, cover(str(rng.integers(1, 900)), size * 0.3, rng), wide - size, at + size * 0.7, WHITE, 1)
    for k in range(int(rng.integers(0, 4))):  # what is written below
        mark = fit(cover(words(rng, most=5), size * 0.42, rng), wide * 0.75)
        laid(room, mark, wide * 0.04 + mark.shape[1] / 2, high - bars * 0.3 - size * (0.7 + 0.65 * k), WHITE, 1)
    if others and rng.random() < 0.35:
        w, h = int(wide * rng.uniform(0.2, 0.34)), int(high * rng.uniform(0.15, 0.26))
        x, top = int(rng.choice([0.03 * wide, 0.97 * wide - w])), int(rng.choice([0.05 * high, 0.75 * high - h]))
        tile(room[top : top + h, x : x + w], rng, others)
        if rng.random() < 0.5:
            rounded(room[top : top + h, x : x + w], 0.15, (90.0, 90.0, 90.0))
    if rng.random() < 0.6:
        _row(room, (wide / 2, high - size * rng.uniform(0.8, 1.8)), size * rng.uniform(1.1, 1.9), False, rng)
    return room


def _window(rng: np.random.Generator, least: float, most: float) -> tuple[int, int]:
    """Height and width, the width `least` to `most` times the height."""
    ratio = rng.uniform(least, most)
    area = rng.uniform(330, 760) ** 2
    return int(np.sqrt(area / ratio)), int(np.sqrt(area * ratio))


def _ground(high: int, wide: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Dark, light or coloured, plain or shaded; and the ink for it."""
    kind = rng.random()
    if kind < 0.4:
        colours = np.full((2, 3), rng.uniform(0, 60)) + rng.uniform(0, 15, 3)
    elif kind < 0.7:
        colours = np.full((2, 3), rng.uniform(215, 250)) + rng.uniform(-15, 5, 3)
    else:
        colours = rng.uniform(10, 230, (2, 3))
        if rng.random() < 0.5:
            colours[1] = colours[0]
    ramp = np.linspace(0, 1, high if rng.random() < 0.5 else wide)
    ramp = np.broadcast_to(ramp[:, None] if len(ramp) == high else ramp, (high, wide))[..., None]
    room = np.clip(colours[0] * (1 - ramp) + colours[1] * ramp, 0, 255).astype(np.uint8)
    return room, np.full(3, 240.0 if colours.mean() < 128 else 25.0)


def _tiles(area: np.ndarray, rgb: np.ndarray, rng: np.random.Generator, others: Others) -> None:
    """One large, with small ones over it or beside it, or a grid; some with rounded corners, rings and plates."""
    h, w = area.shape[:2]
    gap = int(rng.choice([0, rng.uniform(2, 0.05 * min(h, w))]))
    style, boxes = rng.random(), []
    if style < 0.45:  # one, and some in a strip beside it
        boxes = [(gap, gap, h - gap, w - gap)]
        if rng.random() < 0.5:
            share, count = rng.uniform(0.14, 0.26), int(rng.integers(2, 6))
            below = rng.random() < 0.5
            cut = int((h if below else w) * (1 - share))
            boxes = [(gap, gap, cut - gap, w - gap) if below else (gap, gap, h - gap, cut - gap)]
            for k in range(count):
                a, b = ((w if below else h) * n // count for n in (k, k + 1))
                inner = (cut, a + gap, h - gap, b - gap) if below else (a + gap, cut, b - gap, w - gap)
                boxes.append(inner)
    else:
        down, across = ((1, 2), (2, 1), (2, 2), (2, 3), (3, 2), (3, 3))[int(rng.integers(6))]
        for k in range(down * across):
            y0, y1 = (h * n // down for n in (k // across, k // across + 1))
            x0, x1 = (w * n // across for n in (k % across, k % across + 1))
            boxes.append((y0 + gap, x0 + gap, y1 - gap, x1 - gap))
    mine = 0 if style < 0.45 else int(rng.integers(len(boxes)))
    bend = rng.uniform(0.03, 0.12) if gap > 3 and rng.random() < 0.55 else 0.0
    ground = tuple(float(n) for n in area[0, 0])
    plate, tone, where = rng.random() < 0.75, rng.choice([10.0, 30.0, 245.0]), rng.integers(4)
    for k, (y0, x0, y1, x1) in enumerate(boxes):
        part = area[y0:y1, x0:x1]
        if min(part.shape[:2]) < 8:
            continue
        if k == mine:
            fill(part, rgb)
        else:
            tile(part, rng, others)
        if bend:
            rounded(part, bend, ground)
        if plate and rng.random() < 0.85:
            _plate(part, rng, float(tone), int(where))
        if k == mine and rng.random() < 0.3:
            ends = (x0 + 1, y0 + 1), (x1 - 2, y1 - 2)
            cv2.rectangle(area, *ends, rng.uniform(30, 255, 3).tolist(), max(2, min(h, w) // 120))
    if style < 0.45 and others and rng.random() < 0.4:  # oneself over it
        high, wide = int(h * rng.uniform(0.18, 0.3)), int(w * rng.uniform(0.16, 0.28))
        y, x = (int(rng.choice([gap + 6, full - size - gap - 6])) for full, size in ((h, high), (w, wide)))
        part = area[y : y + high, x : x + wide]
        tile(part, rng, others)
        if bend:
            rounded(part, 0.1, tuple(float(n) for n in area[max(0, y - 3), x]))


def _plate(part: np.ndarray, rng: np.random.Generator, tone: float, corner: int) -> None:
    """A name in a corner of a tile, bare or on a plate, with a sign beside it or not."""
    h, w = part.shape[:2]
    mark = fit(cover(words(rng, most=2), max(8, min(h, w) * rng.uniform(0.045, 0.08)), rng), w * 0.6)
    high, wide = mark.shape
    x = wide / 2 + high if corner % 2 == 0 else w - wide / 2 - high
    y = h - 1.1 * high if corner < 2 or rng.random() < 0.6 else 1.1 * high
    ink = WHITE if tone < 128 else np.full(3, 30.0)
    if rng.random() < 0.8:
        box = np.ones((int(high * 1.7) + 2, int(wide + 1.4 * high)), np.float32)
        if rng.random() < 0.4:
            box[:] = 0
            r = box.shape[0] // 2
            cv2.line(box, (r, r), (max(r, box.shape[1] - r), r), 1.0, 2 * r - 1, cv2.LINE_AA)
        laid(part, box, x, y, np.full(3, tone), rng.uniform(0.5, 1))
    else:
        ink = WHITE
    laid(part, mark, x, y, ink, 1)


def _row(room: np.ndarray, middle: tuple[float, float], bar: float, upright: bool, rng: np.random.Generator) -> None:
    """Tools in a row or a column: discs, squares with round corners, pills or bare signs, on a strip or not."""
    count, gap = int(rng.integers(3, 9)), bar * rng.uniform(0.75, 1.4)
    length = room.shape[0 if upright else 1]
    count = max(2, min(count, int(length * 0.92 / gap)))
    shape, size = int(rng.integers(4)), bar * rng.uniform(0.26, 0.4)
    tone, ink = rng.uniform(30, 235, 3) if rng.random() < 0.4 else np.full(3, rng.uniform(40, 235)), WHITE
    if tone.mean() > 150 and shape < 3:
        ink = np.full(3, 30.0)
    begin, end = (middle[1 if upright else 0] + side * (count - 1) / 2 * gap for side in (-1, 1))

    def point(along: float) -> tuple[int, int]:
        return (int(middle[0]), int(along)) if upright else (int(along), int(middle[1]))

    if rng.random() < 0.35:
        strip = np.full(3, rng.choice([rng.uniform(0, 60), rng.uniform(200, 255)]))
        cv2.line(room, point(begin), point(end), strip.tolist(), max(3, int(bar * 0.9)), cv2.LINE_AA)
        if shape == 3:
            ink = WHITE if strip.mean() < 128 else np.full(3, 30.0)
    elif shape == 3:
        x, y = point(begin)
        near = room[min(max(y, 0), len(room) - 1), min(max(x, 0), room.shape[1] - 1)]
        ink = WHITE if near.mean() < 150 else np.full(3, 30.0)
    red = int(rng.integers(count)) if rng.random() < 0.6 else -1
    for k in range(count):
        x, y = point(begin + k * gap)
        colour = (rng.uniform(200, 240), rng.uniform(30, 70), rng.uniform(40, 80)) if k == red else tone.tolist()
        s = max(2, int(size))
        if shape == 0 or (shape == 3 and k == red):
            cv2.circle(room, (x, y), s, colour, -1, cv2.LINE_AA)
        elif shape == 1:
            cv2.line(room, (x - s // 2, y - s // 2), (x + s // 2, y - s // 2), colour, s, cv2.LINE_AA)
            cv2.line(room, (x - s // 2, y + s // 2), (x + s // 2, y + s // 2), colour, s, cv2.LINE_AA)
            cv2.rectangle(room, (x - s, y - s // 2), (x + s, y + s // 2), colour, -1)
        elif shape == 2:
            long = s // 2 if upright else int(s * rng.uniform(0.5, 1.0))
            cv2.line(room, (x - long, y), (x + long, y), colour, max(3, s), cv2.LINE_AA)
        icon(room, x, y, size * rng.uniform(0.8, 1.1), WHITE if k == red else ink, rng)


def _talk(area: np.ndarray, ink: np.ndarray, rng: np.random.Generator) -> None:
    """Lines of words, bubbles, or a list with discs."""
    h, w = area.shape[:2]
    if h < 20 or w < 20:
        return
    kind, step = rng.random(), max(11.0, min(h, w) * rng.uniform(0.06, 0.2))
    y = step * rng.uniform(0.6, 1.5)
    while y < h - step * 0.5:
        mark = fit(cover(words(rng, most=5), max(7, step * rng.uniform(0.4, 0.6)), rng), w * 0.8)
        x = w * 0.06 + mark.shape[1] / 2
        if kind < 0.35 and rng.random() < 0.8:
            x = x if rng.random() < 0.5 else w * 0.94 - mark.shape[1] / 2
            colour, m = rng.uniform(90, 255, 3), mark.shape[1] // 2
            cv2.line(area, (int(x) - m, int(y)), (int(x) + m, int(y)), colour.tolist(), max(3, int(step * 0.8)))
            laid(area, mark, x, y, np.full(3, 20.0), 1)
        elif kind < 0.6:
            r = max(2, int(step * 0.35))
            cv2.circle(area, (int(w * 0.05) + r, int(y)), r, rng.uniform(0, 255, 3).tolist(), -1, cv2.LINE_AA)
            laid(area, fit(mark, w * 0.7), x + 2.5 * r, y, ink, 1)
        else:
            laid(area, mark, x, y, ink, rng.choice([0.6, 1.0]))
        if rng.random() < 0.06:
            colour = rng.uniform(0, 255, 3).tolist()
            cv2.line(area, (int(w * 0.1), int(y)), (int(w * rng.uniform(0.3, 0.6)), int(y)), colour, int(step * 0.8))
        y += step * rng.choice([1.0, 1.0, 1.8])


FITTED = (meeting, meeting, page, app)
