"""Near-duplicates: the same shot saved, cropped or brightened otherwise is found, another shot is not."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from fixture_photos import fixture
from numpy.typing import NDArray
from PIL import Image
from report_factory import report

from headshot_check import load_policy
from headshot_check.photo import load
from headshot_check.pixels.perceptual_hash import perceptual_hash
from headshot_check.report import Finding, Limits, PhotoFacts, Report
from headshot_check.scan.groups import MINIATURE_SIDE, alike, group_rows, miniature, near_duplicates
from headshot_check.scan.row import PhotoGroup, Row
from headshot_check.workers.jobs import THUMBNAIL_PX
from headshot_check.workers.worker import preview

LINKEDIN = load_policy("linkedin")
# made-up people in made-up places, no two of them in one
SCENES = ("car_landscape", "outdoors", "studio_dark_skin", "sofa", "plain_wall_glasses", "soft_office")


def pixels(name: str) -> NDArray[np.uint8]:
    return load(fixture(name)).rgb


def hashed(at: int, rgb: NDArray[np.uint8]) -> tuple[int, int, bytes]:
    return at, perceptual_hash(rgb), miniature(preview(rgb, THUMBNAIL_PX))


def saved(rgb: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def moved(rgb: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    high, wide = rgb.shape[:2]
    by = np.array([[1, 0, share * wide], [0, 1, share * high / 2]], np.float32)
    return np.asarray(cv2.warpAffine(rgb, by, (wide, high), borderMode=cv2.BORDER_REFLECT), np.uint8)


VARIANTS = {
    "saved badly": lambda rgb: saved(rgb, 40),
    "half the size": lambda rgb: cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "brighter": lambda rgb: np.clip(rgb * 1.25, 0, 255).astype(np.uint8),
    "darker": lambda rgb: (255 * (rgb / 255) ** 1.3).astype(np.uint8),
    "warmer": lambda rgb: np.clip(rgb * np.array([1.1, 1, 0.9]), 0, 255).astype(np.uint8),
    "cropped": lambda rgb: rgb[rgb.shape[0] // 40 : -rgb.shape[0] // 40, rgb.shape[1] // 40 : -rgb.shape[1] // 40],
    "moved": lambda rgb: moved(rgb, 0.02),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_same_shot_is_found(variant: str) -> None:
    for name in SCENES:
        rgb = pixels(name)
        assert alike([hashed(3, rgb), hashed(8, np.ascontiguousarray(VARIANTS[variant](rgb)))]) == [(3, 8)], name


def test_other_scenes_are_not_mixed_up() -> None:
    assert alike([hashed(at, pixels(name)) for at, name in enumerate(SCENES)]) == []


def test_mirrored_is_another_shot() -> None:
    rgb = pixels("car_landscape")
    assert alike([hashed(0, rgb), hashed(1, np.ascontiguousarray(rgb[:, ::-1]))]) == []


def test_each_picture_is_in_one_group_at_most_and_order_is_kept() -> None:
    shots = [pixels(SCENES[at % 3]) for at in range(9)]
    groups = alike([hashed(10 * at, rgb) for at, rgb in enumerate(shots)])
    assert groups == [(0, 30, 60), (10, 40, 70), (20, 50, 80)]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_group(count: int) -> None:
    assert alike([hashed(0, pixels("sofa"))] * count) == []


def test_flat_pictures_are_not_alike_for_being_flat() -> None:
    flats = [np.full((40, 40, 3), level, np.uint8) for level in (0, 90, 255)]
    assert alike([hashed(at, flat) for at, flat in enumerate(flats)]) == []


def test_pictures_without_miniature_are_left_alone() -> None:
    assert alike([(0, 5, None), (1, 5, None)]) == []


def test_ten_thousand_take_seconds() -> None:
    dice = np.random.default_rng(1)
    coarse = dice.integers(0, 255, (10_000, 3 * MINIATURE_SIDE**2), dtype=np.uint8)
    bits = dice.integers(0, 2**63, 10_000, dtype=np.int64)
    many = [(at, int(bits[at]), coarse[at].tobytes()) for at in range(10_000)]
    start = time.process_time()
    assert alike(many) == []
    assert time.process_time() - start < 20  # 1.4 s measured


def made(source: str, score: int, *findings: Finding) -> Report:
    return report(source=source, score=score, verdict="usable" if findings else "ready", findings=findings, retake=())


def test_best_is_marked_with_its_reason() -> None:
    soft = Finding("sharpness.face_blur", "warn", "Soft.", 3.5, "%", Limits(warn_above=2.8))
    sharp = Finding("sharpness.face_blur", "pass", "Sharp.", 1.0, "%", Limits(warn_above=2.8))
    rows = [made("a.jpg", 80, soft), replace(made("b.jpg", 100), findings=(sharp,)), made("c.jpg", 82, soft)]
    (group,) = grouped(rows)
    assert (group.members, group.best) == ((0, 1, 2), 1)
    assert group.reason == "good as it is; the others: blurred"
    tilted = Finding("pose.roll", "warn", "Tilted.", 20.0, "degrees", Limits(warn_above=18))
    (group,) = grouped([made("a.jpg", 70, soft, tilted), *rows[1:]])
    assert sorted(group.reason.partition("the others: ")[2].split(", ")) == ["blurred", "head tilted"]  # each once
    upright = replace(tilted, status="pass", value=1.0)
    best = replace(made("a.jpg", 100), findings=(sharp, upright))
    softer, turned = replace(sharp, value=2.7), replace(upright, value=17.0)
    shots = [
        replace(best, source=f"{at}.jpg", findings=both)
        for at, both in enumerate([(softer, turned), (softer, upright)])
    ]
    (group,) = grouped([best, *shots])
    assert group.reason == "good as it is; the others: softer, head more tilted"  # and not "softer" once more
    (group,) = grouped([made("a.jpg", 100), made("b.jpg", 100)])
    assert (group.best, group.reason) == (0, "good as it is; the others: as good")


def test_of_copies_the_one_with_most_pixels_is_the_best() -> None:
    def copy(name: str, score: int, width: int) -> Report:
        return replace(made(name, score), photo=PhotoFacts(width, width, "JPEG", 1000))

    (group,) = grouped([copy("small.jpg", 98, 400), copy("large.jpg", 96, 800), copy("same.jpg", 95, 800)])
    assert (group.best, group.reason) == (1, "good as it is; the others: fewer pixels")
    (group,) = grouped([copy("small.jpg", 98, 400), copy("large.jpg", 90, 800)])
    assert group.best == 0  # far better, though smaller
    (group,) = grouped([copy("a.jpg", 96, 800), copy("b.jpg", 97, 800)])
    assert group.best == 1


def test_best_of_many_is_found_without_reading_all() -> None:
    soft = Finding("sharpness.face_blur", "warn", "Soft.", 3.5, "%", Limits(warn_above=2.8))
    read: list[int] = []
    (group,) = grouped([made(f"{at}.jpg", at, soft) for at in range(90)], read)
    assert (len(group.members), group.best) == (90, 89)
    assert len(read) < 90


def grouped(reports: list[Report], read: list[int] | None = None) -> tuple[PhotoGroup, ...]:
    """The groups of reports whose pictures are all the same one."""
    one = hashed(0, pixels("sofa"))

    def some(places: Iterable[int]) -> list[Report]:
        wanted = list(places)
        if read is not None:
            read.extend(wanted)
        return [reports[at] for at in wanted]

    shots = [(at, *one[1:]) for at in range(len(reports))]
    return near_duplicates(shots, lambda at: (reports[at].verdict, reports[at].score), some, LINKEDIN)


def test_rows_in_memory_are_grouped() -> None:
    rgb = pixels("sofa")
    row = Row("/a.jpg", "a.jpg", made("a.jpg", 90), phash=perceptual_hash(rgb), thumbnail=preview(rgb, THUMBNAIL_PX))
    other = replace(row, phash=None, thumbnail=None)
    assert [group.members for group in group_rows([other, row, row], LINKEDIN)] == [(1, 2)]
