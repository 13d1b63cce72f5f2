"""Does a picture lose its good word when a tone curve closes its shadows or bleaches it, whatever the skin?

    python -m benchmarks.quality.curves ../shared/photos [--count 45] [--only answers.npz]

Portraits of light, medium and dark skin (typology angle, skin_tone.py), as many of each, from rows with `use` = train
and from the pool. Darkened by a curve: codes raised to gamma 2 and 3, and the same with the lowest 6 % of codes clipped
to black after it; bleached: gamma 0.5 and 0.33, and with the highest 6 % clipped to white. Of each: of how many does a
check of light or colour get a worse status than it had. Markdown on standard output. With `--only` the portraits are of
people whom a fit kept out (`python -m training.tones.fit --fold 0 --answers answers.npz --out FILE`): its network has
to lie in the place of the shipped one, which has seen them. A second table is of the pictures that nothing of light
was said of before: a curve can also mend a washed-out one.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.photo_set import read_rows
from benchmarks.quality.skin_tone import tone_group, typology_angle
from headshot_check import load_policy
from headshot_check.errors import PhotoError
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import judge
from headshot_check.scene import NotAssessed, Scene

TONES = ("light", "medium", "dark")
SUBJECTS = ("lighting", "colour")
LEAST_EYES_PX = 32
CLIPPED = 0.06
RANK = {"pass": 0, "not_assessed": 0, "warn": 1, "fail": 2}
Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def gamma(exponent: float, black: float = 0.0, white: float = 0.0) -> Curve:
    """Codes 0..1 to codes 0..1."""
    return lambda codes: np.clip((codes**exponent - black) / (1 - black - white), 0, 1)


CURVES: dict[str, Curve] = {
    "gamma 2": gamma(2),
    "gamma 2, clipped": gamma(2, black=CLIPPED),
    "gamma 3": gamma(3),
    "gamma 3, clipped": gamma(3, black=CLIPPED),
    "gamma 0.5": gamma(1 / 2),
    "gamma 0.5, clipped": gamma(1 / 2, white=CLIPPED),
    "gamma 0.33": gamma(1 / 3),
    "gamma 0.33, clipped": gamma(1 / 3, white=CLIPPED),
}


def portraits(photos: Path, only: Path | None = None) -> Iterator[Path]:
    """Photos that may be looked at here, in an order that has nothing to do with them."""
    paths = [photos / row["file"] for row in read_rows(photos) if (row["use"], row["label"]) == ("train", "not_car")]
    with (photos / "pool/index.csv").open(encoding="utf-8", newline="") as file:
        paths += [photos / f"pool/images/{row['id']}.jpg" for row in csv.DictReader(file)]
    if only is not None:
        kept_out = set(np.load(only)["id"].tolist())
        paths = [path for path in paths if path.stem in kept_out]
    yield from sorted(paths, key=lambda path: zlib.crc32(path.stem.encode()))


def chosen(photos: Path, count: int, nets: Nets, only: Path | None = None) -> dict[str, list[NDArray[np.uint8]]]:
    """`count` pictures of each tone with one face in good light: no check of light or colour fails."""
    rules = light_rules()
    found: dict[str, list[NDArray[np.uint8]]] = {tone: [] for tone in TONES}
    for path in portraits(photos, only):
        try:
            scene = Scene(load(path), nets)
            if len(scene.search.faces) != 1 or scene.inter_eye_px < LEAST_EYES_PX:
                continue
            angle = typology_angle(scene)
        except (PhotoError, NotAssessed):
            continue
        if angle is None or len(found[tone_group(angle)]) >= count:
            continue
        if "fail" in statuses(scene, rules).values():
            continue
        found[tone_group(angle)].append(scene.photo.rgb)
        if all(len(pictures) >= count for pictures in found.values()):
            break
    return found


def light_rules() -> dict[str, object]:
    """The rules of light and colour."""
    return {check: rule for check, rule in load_policy("linkedin").rules.items() if check.partition(".")[0] in SUBJECTS}


def statuses(scene: Scene, rules: dict[str, object]) -> dict[str, str]:
    """By check of light or colour."""
    return {check: judge(rules[check], one).status for check, one in measure_all(scene, rules).items()}


def rows(fell: Mapping[tuple[str, str], int], photos: Mapping[str, int], by: Mapping[str, str]) -> Iterator[str]:
    """Lines of Markdown: of each curve the share of `photos` that `fell`, by tone."""
    yield "| curve | " + " | ".join(f"{tone} %" for tone in TONES) + " | largest difference | by |"
    yield "|---|" + "---:|" * (len(TONES) + 1) + "---|"
    for name in CURVES:
        shares = [100 * fell[name, tone] / max(photos[tone], 1) for tone in TONES]
        cells = (f"{share:.0f}" for share in (*shares, max(shares) - min(shares)))
        yield f"| {name} | {' | '.join(cells)} | {by.get(name, '')} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--count", type=int, default=45, help="portraits of each tone")
    parser.add_argument("--only", type=Path, help=".npz with the ids of those that may be drawn")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    nets, rules = Nets(), light_rules()
    fell: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    well: Counter[str] = Counter()
    by_check: dict[str, Counter[str]] = {name: Counter() for name in CURVES}
    sets = chosen(options.photos, options.count, nets, options.only)
    for tone, pictures in sets.items():
        for picture in pictures:
            before = statuses(Scene(load(picture), nets), rules)
            good = not any(RANK[status] for status in before.values())
            well[tone] += good
            for name, curve in CURVES.items():
                table = np.rint(255 * curve(np.arange(256) / 255)).astype(np.uint8)
                after = statuses(Scene(load(cv2.LUT(picture, table)), nets), rules)
                worse = [check for check in rules if RANK[after[check]] > RANK[before[check]]]
                by_check[name].update(worse)
                fell[name, tone] += bool(worse)
                lost[name, tone] += good and bool(worse)
    photos = {tone: len(pictures) for tone, pictures in sets.items()}
    by = {
        name: ", ".join(f"{check.partition('.')[2]} {number}" for check, number in by_check[name].most_common(4))
        for name in CURVES
    }
    print(*rows(fell, photos, by), "\nOf those without a word of complaint of light before:\n", sep="\n")
    print(*rows(lost, well, {}), sep="\n")
    counted = ", ".join(
        f"{tone} {len(sets[tone])} ({well[tone]} without a word of complaint of light before)" for tone in TONES
    )
    print(f"\nPhotos: {counted}.")


if __name__ == "__main__":
    main()
