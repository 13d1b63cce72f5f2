"""Inputs that failed once, each with its right answer: ../shared/cases, where that lies beside the project."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from fixture_photos import fixture
from PIL import Image

from headshot_check import Checker
from headshot_check.checker import rank_photos
from headshot_check.crop import CropError
from headshot_check.photo import Photo, load
from headshot_check.report import Report

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases" / "files"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="needs ../shared/cases")


@lru_cache(maxsize=2)
def checker(policy: str = "linkedin") -> Checker:
    return Checker(policy)


@lru_cache(maxsize=32)
def report_on(name: str, policy: str = "linkedin") -> Report:
    return checker(policy).check(CASES / name)


def photo_of(name: str) -> Photo:
    return load(CASES / name)


@pytest.mark.parametrize(
    ("name", "check", "share"),
    [
        ("jpeg_half_grey_with_eoi.jpg", "file.truncated", 0.2),
        ("jpeg_height_too_large.jpg", "file.truncated", 0.33),
        ("heic_grid_cut.heic", "file.truncated", 0.35),
        ("jpeg_damaged_middle.jpg", "file.damaged", None),
        ("jpeg_damaged_face.jpg", "file.damaged", None),
    ],
)
def test_damage_is_a_retake_that_begins_with_the_file(name: str, check: str, share: float | None) -> None:
    report = report_on(name)
    assert report.verdict == "retake"
    finding = report.finding(check)
    assert (finding.status, finding.value) == ("fail", True)
    assert finding.step == 1
    assert "download the photo again" in report.retake[0]
    assert report.crop is None or not report.crop.mends
    if share is not None:
        lost = photo_of(name).truncated_fraction
        assert lost is not None
        assert lost == pytest.approx(share, abs=0.05)
        assert f"{100 * lost:.0f} %" in finding.message
    with pytest.raises(CropError, match="copy or download the photo again"):
        checker().crop(CASES / name)


def test_a_file_that_is_cut_ranks_last() -> None:
    shots = [fixture("backlit"), CASES / "jpeg_half_grey_with_eoi.jpg", fixture("drivers_seat_selfie")]
    assert rank_photos(shots, checker())[-1].source == str(shots[1])


@pytest.mark.parametrize("name", ["jpeg_no_eoi_but_whole.jpg", "heic_grid_whole_control.heic"])
def test_a_whole_file_is_no_retake(name: str) -> None:
    report = report_on(name)
    assert report.verdict != "retake"
    assert {report.finding(check).status for check in ("file.truncated", "file.damaged")} == {"pass"}


@pytest.mark.parametrize("name", ["png_ztxt_1.6mb.png", "png_bad_text_crc.png", "progressive_with_trailer.jpg"])
def test_what_stands_beside_the_picture_does_no_harm(name: str) -> None:
    assert report_on(name).verdict == "ready"


def test_an_hdr_portrait_is_as_light_as_it_was_meant() -> None:
    report = report_on("hdr_pq.avif")
    assert any("HDR" in note and "tone-mapped" in note for note in report.notes)
    with Image.open(CASES / "hdr_pq.avif") as image:
        skin = np.abs(np.asarray(image).astype(int) - (139, 132, 124)).max(axis=2) <= 2  # as it is coded
    assert np.abs(np.median(photo_of("hdr_pq.avif").rgb[skin], axis=0) - (236, 190, 164)).max() <= 4
    assert "HDR" in " ".join(checker().crop(CASES / "hdr_pq.avif").notes)


def test_a_twelve_bit_tiff_is_as_bright_as_it_is() -> None:
    assert report_on("grey12.tif").verdict == "usable"
    assert photo_of("grey12.tif").rgb.mean() > 80


def test_the_full_page_of_a_tiff_is_judged() -> None:
    with Image.open(CASES / "tiff_thumbnail_first.tif") as image:
        image.seek(1)
        full = np.asarray(image.convert("RGB"))
    photo = photo_of("tiff_thumbnail_first.tif")
    assert np.array_equal(photo.rgb, full)
    assert any("thumbnail" in note for note in photo.notes)


def test_a_key_colour_of_sixteen_bits_is_white() -> None:
    photo = photo_of("grey16_transparent_key.png")
    assert photo.had_alpha
    assert (photo.rgb == 255).all(axis=2).mean() > 0.1
    assert any("transparent" in note for note in report_on("grey16_transparent_key.png").notes)


def test_a_grey_profile_holds_with_alpha_too() -> None:
    with Image.open(CASES / "grey_alpha_grey_profile.png") as image:
        without = io.BytesIO()
        image.getchannel("L").save(without, "PNG", icc_profile=image.info["icc_profile"])
    assert np.array_equal(photo_of("grey_alpha_grey_profile.png").rgb, load(without.getvalue()).rgb)
    assert photo_of("grey_alpha_grey_profile.png").rgb.mean() > 110  # 67 where the profile is dropped


def test_gamma_is_honoured() -> None:
    with Image.open(CASES / "png_gama_linear.png") as image:
        linear = np.asarray(image.convert("RGB")) / 255
    shown = photo_of("png_gama_linear.png").rgb
    expected = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
    middle = linear > 0.2  # where the file's eight bits say it exactly enough
    assert np.abs(shown - expected)[middle].max() <= 2


def test_one_photo_has_one_answer() -> None:
    for path in sorted(CASES.iterdir()):
        if path.suffix == ".heic" or path.name in ("png_ztxt_1.6mb.png", "png_bad_text_crc.png"):
            continue  # Pillow by itself does not open them
        with Image.open(path) as image:
            from_image = checker().check(image)
        assert from_image.verdict == report_on(path.name).verdict, path.name
        assert from_image.findings == report_on(path.name).findings, path.name


def test_orientation_in_xmp_alone_is_told() -> None:
    report = report_on("xmp_only_orientation.png")
    assert any("XMP" in note for note in report.notes)


def test_an_id_photo_is_in_colour() -> None:
    report = report_on("black_and_white_id_photo.jpg", "id-photo")
    assert report.finding("file.greyscale").status in ("warn", "fail")
    assert "which is fine" not in report.finding("file.greyscale").message
    assert report.verdict != "ready"


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("cartoon.png", "medium.drawing"),
        ("photo_of_screen.jpg", "medium.copy"),
        ("photo_of_print.jpg", "medium.copy"),
    ],
)
def test_what_is_no_photograph_of_a_person_is_said(name: str, check: str) -> None:
    report = report_on(name)
    assert report.finding(check).status == "fail"
    assert report.verdict == "retake"
    assert report.finding(check).step == 1


def test_a_logo_is_nobody() -> None:
    report = report_on("logo_ellipse0.png")
    assert report.finding("faces.found").value == "nobody"
    assert report.retake[0].startswith("Choose a photo of yourself")
