"""What cameras, apps and web pages save a picture as. Each takes and gives (H, W, 3) uint8 and leaves a photograph one.

`FORMS` are what the answer `drawing` is fitted on and `FIXED` what it is measured on.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
import pillow_heif
from PIL import Image

Form = Callable[[np.ndarray, np.random.Generator], np.ndarray]
_DITHERS = (Image.Dither.NONE, Image.Dither.FLOYDSTEINBERG)
_MEDIAN = Image.Quantize.MEDIANCUT
_PALETTES = (_MEDIAN, Image.Quantize.MAXCOVERAGE, Image.Quantize.FASTOCTREE)
pillow_heif.register_heif_opener()


def coded(rgb: np.ndarray, kind: str, quality: int) -> np.ndarray:
    """As a lossy file of this kind and quality has it."""
    file = io.BytesIO()
    # other speeds of AVIF take ten times as long
    more = {"speed": 9, "max_threads": 1} if kind == "AVIF" else {}
    Image.fromarray(rgb).save(file, kind, quality=quality, **more)
    return np.array(Image.open(file).convert("RGB"))


def in_palette(rgb: np.ndarray, colours: int, method: Image.Quantize, dither: Image.Dither) -> np.ndarray:
    """As a file of so many colours has it."""
    few = Image.fromarray(rgb).quantize(colours, method)
    if dither != Image.Dither.NONE:  # Pillow dithers to a palette that is given
        few = Image.fromarray(rgb).quantize(palette=few, dither=dither)
    return np.array(few.convert("RGB"))


def same(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As it is."""
    return rgb


def jpeg(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """JPEG, of any quality that is judged."""
    return coded(rgb, "JPEG", int(rng.integers(26, 96)))


def webp(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """WebP, which smooths skin."""
    return coded(rgb, "WEBP", int(rng.integers(40, 91)))


def modern(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """AVIF or, seldom, as it takes long, HEIC."""
    return coded(rgb, "HEIF" if rng.random() < 0.1 else "AVIF", int(rng.integers(35, 86)))


def saved_again(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """WebP or AVIF, then JPEG, as sites and programs convert them; some smaller in between."""
    rgb = (webp if rng.random() < 0.8 else modern)(rgb, rng)
    if rng.random() < 0.3:
        rgb = _scaled(rgb, rng.uniform(0.6, 1.0))
    return coded(rgb, "JPEG", int(rng.integers(60, 97)))


def few_colours(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A palette of 64 to 256 colours."""
    colours = int(2 ** rng.uniform(6, 8))
    return in_palette(rgb, colours, _PALETTES[int(rng.integers(3))], _DITHERS[int(rng.integers(2))])


def enlarged(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Made smaller and enlarged again, then saved."""
    before = rgb.shape[1::-1]
    small = _scaled(rgb, rng.uniform(0.3, 0.8))
    if rng.random() < 0.5:
        small = (jpeg if rng.random() < 0.5 else webp)(small, rng)
    ways = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)
    return coded(cv2.resize(small, before, interpolation=ways[int(rng.integers(3))]), "JPEG", int(rng.integers(60, 97)))


def smoothed(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Denoised as by a phone, or skin made smooth as by an app, some sharpened; then saved."""
    chance = rng.random()
    if chance < 0.25:
        soft = cv2.fastNlMeansDenoisingColored(rgb, None, rng.uniform(2, 7), rng.uniform(3, 8), 5, 11)
    elif chance < 0.4:
        soft = cv2.medianBlur(rgb, 3)
    else:
        soft = cv2.bilateralFilter(rgb, int(rng.choice([7, 9])), rng.uniform(15, 40), rng.uniform(3, 7))
    share = rng.uniform(0.4, 0.9)
    rgb = cv2.addWeighted(rgb, 1 - share, soft, share, 0)
    if rng.random() < 0.3:
        rgb = cv2.addWeighted(rgb, 1.6, cv2.GaussianBlur(rgb, (0, 0), 1.0), -0.6, 0)
    return (webp if rng.random() < 0.3 else jpeg)(rgb, rng)


FORMS: tuple[tuple[Form, float], ...] = (
    (same, 0.1),
    (jpeg, 0.17),
    (webp, 0.21),
    (modern, 0.08),
    (saved_again, 0.17),
    (few_colours, 0.09),
    (enlarged, 0.08),
    (smoothed, 0.1),
)
"""and how often each is drawn"""


def any_forms(count: int, rng: np.random.Generator) -> list[Form]:
    """So many different ones."""
    shares = np.array([share for _, share in FORMS])
    return [FORMS[k][0] for k in rng.choice(len(FORMS), count, replace=False, p=shares / shares.sum())]


def _twice(rgb: np.ndarray, first: str, second: str) -> np.ndarray:
    return coded(coded(rgb, first, 75), second, 90)


def _beauty(rgb: np.ndarray) -> np.ndarray:
    return coded(cv2.addWeighted(rgb, 0.35, cv2.bilateralFilter(rgb, 9, 30, 5), 0.65, 0), "JPEG", 90)


def _half(rgb: np.ndarray) -> np.ndarray:
    half = _scaled(rgb, 0.5)
    return coded(cv2.resize(half, rgb.shape[1::-1], interpolation=cv2.INTER_CUBIC), "JPEG", 90)


FIXED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "as it is": lambda rgb: rgb,
    **{f"jpeg {quality}": partial(coded, kind="JPEG", quality=quality) for quality in (26, 50, 80)},
    **{f"webp {quality}": partial(coded, kind="WEBP", quality=quality) for quality in (50, 75, 85)},
    "webp 75, jpeg 90": partial(_twice, first="WEBP", second="JPEG"),
    "avif 60": partial(coded, kind="AVIF", quality=60),
    "heic 60": partial(coded, kind="HEIF", quality=60),
    **{f"png, {n} colours": partial(in_palette, colours=n, method=_MEDIAN, dither=_DITHERS[0]) for n in (64, 128, 256)},
    "png, 64 colours, dithered": partial(in_palette, colours=64, method=_MEDIAN, dither=_DITHERS[1]),
    "smoothed, jpeg 90": _beauty,
    "half and enlarged, jpeg 90": _half,
}
"""by name; a WebP saved as PNG has the same pixels as the WebP"""


def _scaled(rgb: np.ndarray, factor: float) -> np.ndarray:
    size = (max(64, round(rgb.shape[1] * factor)), max(64, round(rgb.shape[0] * factor)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
