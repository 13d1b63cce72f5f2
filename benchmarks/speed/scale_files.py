"""Files for scale.py, made from the fixtures: a folder as people have them, phone photos, groups of faces."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = sorted((ROOT / "fixtures" / "images").glob("*.jpg"))
_KINDS = ("JPEG",) * 16 + ("PNG", "WEBP", "HEIF", "GIF")
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "HEIF": ".heic", "GIF": ".gif"}
_DAMAGED, _NO_PICTURES = 0.03, 0.01
"""shares of the files that issue 5 asks for"""
_ROOM = 1.6
"""height of a frame around a head in heights of the face"""


def small_files(folder: Path, number: int) -> list[Path]:
    """Pictures of 0.05 to 2 megapixels in several formats, 3 % of them damaged, and 1 % that are no pictures."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(5)
    pictures = [Image.open(path).convert("RGB") for path in FIXTURES]
    made = []
    for index in range(number):
        kind = str(random.choice(_KINDS))
        path = folder / f"{index:05d}{_SUFFIXES[kind]}"
        made.append(path)
        picture = pictures[int(random.integers(len(pictures)))]
        scale = float(np.exp(random.uniform(np.log(0.3), np.log(2.0))))
        shift, fate, quality = int(random.integers(20)), float(random.random()), int(random.integers(60, 95))
        if path.exists():
            continue
        box = (shift, shift, picture.width, picture.height)
        size = (round((box[2] - shift) * scale), round((box[3] - shift) * scale))
        file = io.BytesIO()
        picture.resize(size, box=box).save(file, kind, **({} if kind == "GIF" else {"quality": quality}))
        data = file.getvalue()
        if fate < _NO_PICTURES:
            data = b"These are notes, whatever the name says.\n" * 20
        elif fate < _NO_PICTURES + _DAMAGED:
            data = data[: len(data) // 3]
        path.write_bytes(data)
    return made


def group_photo(folder: Path, faces: int, size: tuple[int, int] = (2448, 3264)) -> Path:
    """An 8-megapixel picture with that many heads in a grid, each filling its cell; 0: an empty wall."""
    path = folder / f"group-{faces}.jpg"
    folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return path
    across = int(np.ceil(np.sqrt(max(faces, 1))))
    down = -(-max(faces, 1) // across)
    whole = Image.new("RGB", size, (120, 130, 140))
    cell = size[0] // across, size[1] // down
    for index in range(faces):
        tile = _head(FIXTURES[(index * 5 + 3) % len(FIXTURES)], cell)
        whole.paste(tile, (index % across * cell[0], index // across * cell[1]))
    noise = np.random.default_rng(8).normal(0, 4, (size[1], size[0], 1)).astype(np.int16)
    pixels = np.clip(np.asarray(whole, np.int16) + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, quality=80)
    return path


def _head(fixture: Path, size: tuple[int, int]) -> Image.Image:
    """The head of a fixture in a frame of that shape, with some room around it."""
    x0, y0, x1, y1 = json.loads(fixture.with_suffix(".json").read_text(encoding="utf-8"))["face_box"]
    high = max((y1 - y0) * _ROOM, (x1 - x0) * _ROOM * size[1] / size[0])
    wide = high * size[0] / size[1]
    left, top = (x0 + x1 - wide) / 2, (y0 + y1 - high) / 2
    with Image.open(fixture) as image:
        cut = image.convert("RGB").crop((round(left), round(top), round(left + wide), round(top + high)))
    return cut.resize(size, Image.Resampling.BICUBIC)
