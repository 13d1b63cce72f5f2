"""Crops: where they are cut, what they mend, what is in the file."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from fixture_photos import fixture
from hostile import encoded, exif_block, turned
from numpy.typing import NDArray
from PIL import Image, ImageCms

from headshot_check import Checker, CropError, CroppedPhoto, schema
from headshot_check.crop import TARGETS, best_frame, target_for, target_named
from headshot_check.crop.by_hand import frame_at
from headshot_check.crop.frame import MOST_STRAIGHTENING_DEG, CropFrame
from headshot_check.crop.pixels import cut_out, size_of, snapped
from headshot_check.crop.saving import places_in
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.report import Region
from headshot_check.scene import Scene

GOOD = fixture("soft_office")
CAR = fixture("drivers_seat_selfie")


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.fixture(scope="module")
def nets() -> Nets:
    return Nets()


def pixels(path: Path = GOOD) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def off_centre(scale: float = 1.0) -> Image.Image:
    """The good fixture small at the right of a large frame, the room stretched on around it."""
    with Image.open(GOOD) as image:
        person = image.convert("RGB").resize((round(image.width * scale), round(image.height * scale)))
    wide, high = round(1600 * scale), round(1200 * scale)
    frame = person.crop((0, 0, 8, person.height)).resize((wide, high))
    frame.paste(person, (wide - person.width, high - person.height))
    return frame


def scene_of(image: NDArray[np.uint8] | Image.Image, nets: Nets) -> Scene:
    return Scene(load(np.asarray(image)), nets)


def framing_complaints(cropped: CroppedPhoto) -> list[str]:
    return [
        one.check
        for one in cropped.report.findings
        if one.check.startswith("framing.") and one.status in ("warn", "fail")
    ]


@pytest.mark.parametrize("name", TARGETS)
def test_crop_has_the_shape_and_size_of_its_target(name: str, checker: Checker) -> None:
    target = TARGETS[name]
    cropped = Checker(target.policy).crop(np.asarray(off_centre(2.0)), name)
    high, wide = cropped.pixels.shape[:2]
    assert cropped.crop.size == (wide, high)
    assert wide <= target.sizes[0]
    assert wide / high == pytest.approx(target.aspect, abs=0.004)
    assert cropped.crop.target == name


@pytest.mark.parametrize("name", ["linkedin", "resume", "team-page", "resume-3x4"])
def test_face_that_is_off_centre_and_small_is_framed_well(name: str) -> None:
    cropped = Checker(TARGETS[name].policy).crop(np.asarray(off_centre(1.5)), name)
    assert framing_complaints(cropped) == []
    assert "framing.offset" in cropped.crop.mends


def test_frame_never_leaves_the_picture(nets: Nets) -> None:
    good = pixels()
    for left, top, right, bottom in ((0, 0, 0, 0), (150, 0, 0, 0), (0, 40, 0, 200), (0, 0, 180, 0), (100, 0, 100, 300)):
        scene = scene_of(np.ascontiguousarray(good[top : 800 - bottom, left : 640 - right]), nets)
        for target in TARGETS.values():
            frame = best_frame(scene, target)
            assert (frame.corners >= -1e-6).all()
            assert (frame.corners <= np.array([scene.width, scene.height]) + 1e-6).all()
            assert frame.width / frame.height == pytest.approx(target.aspect)


def test_mirrored_photo_gets_the_mirrored_frame(nets: Nets) -> None:
    wide = np.asarray(off_centre())
    one = best_frame(scene_of(wide, nets), TARGETS["linkedin"])
    other = best_frame(scene_of(np.ascontiguousarray(wide[:, ::-1]), nets), TARGETS["linkedin"])
    assert other.centre[0] == pytest.approx(scene_of(wide, nets).width - one.centre[0], abs=0.03 * one.width)
    assert other.width == pytest.approx(one.width, rel=0.05)


def test_larger_photo_gets_the_same_frame(nets: Nets) -> None:
    one, other = (scene_of(off_centre(scale), nets) for scale in (1.0, 2.0))
    first, second = (best_frame(scene, TARGETS["linkedin"]).region(scene).bounds for scene in (one, other))
    assert second == pytest.approx(first, abs=0.02)


@pytest.mark.parametrize("lean", [-24, 24])
def test_head_that_leans_is_straightened_without_blank_corners(lean: int, nets: Nets, checker: Checker) -> None:
    room = off_centre(1.2)
    scene = scene_of(room.rotate(lean, Image.Resampling.BICUBIC, expand=False, fillcolor=(255, 0, 255)), nets)
    frame = best_frame(scene, TARGETS["linkedin"], roll_limit_deg=18)
    assert 0 < abs(frame.lean_deg) <= MOST_STRAIGHTENING_DEG
    assert abs(scene.pose.roll_deg - frame.lean_deg) < 18
    assert (frame.corners >= -1e-6).all()
    assert (frame.corners <= np.array([scene.width, scene.height]) + 1e-6).all()
    cropped = checker.crop(scene.photo)
    assert abs(float(cropped.report.finding("pose.roll").value or 0)) < 18
    assert cropped.crop.rotation_deg == -frame.lean_deg
    assert any("Straightened" in note for note in cropped.notes)


def test_a_policy_may_allow_no_lean_at_all(tmp_path: Path) -> None:
    policy = tmp_path / "strict.toml"
    limits = "warn_above = 0\nwarn_below = 0\n"
    policy.write_text(f"extend = 'linkedin'\n[checks.'pose.roll']\n{limits}", encoding="utf-8")
    strict = Checker(policy)
    assert strict.check(fixture("tilted")).finding("pose.roll").status == "warn"
    assert 0 < abs(strict.crop(fixture("tilted")).crop.rotation_deg) <= MOST_STRAIGHTENING_DEG


def test_slight_lean_stays_as_it_is(nets: Nets) -> None:
    scene = scene_of(off_centre().rotate(8, Image.Resampling.BICUBIC), nets)
    assert best_frame(scene, TARGETS["linkedin"], roll_limit_deg=18).lean_deg == 0.0


def test_turned_frame_shows_what_lies_between_its_corners() -> None:
    """A picture of two gradients: each pixel tells where it came from."""
    y, x = np.mgrid[0:200, 0:300]
    picture = np.stack([x * 255 // 299, y * 255 // 199, np.zeros_like(x)], axis=2).astype(np.uint8)
    frame = CropFrame((150.0, 100.0), 80.0, 60.0, 12.0)
    cut = cut_out(load(picture), frame, (80, 60)).astype(float)
    corners = frame.corners
    for place, corner in (((0, 0), corners[0]), ((0, 79), corners[1]), ((59, 79), corners[2]), ((59, 0), corners[3])):
        assert cut[place][0] * 299 / 255 == pytest.approx(corner[0], abs=2.5)
        assert cut[place][1] * 199 / 255 == pytest.approx(corner[1], abs=2.5)


def test_pixels_are_copied_where_nothing_is_scaled() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    photo = load(picture)
    frame = snapped(CropFrame((200.3, 150.2), 100.4, 100.4), photo)
    size = size_of(frame, photo, 800)
    assert size == (100, 100)
    (x0, y0), _, (x1, y1), _ = frame.corners.round().astype(int)
    assert (cut_out(photo, frame, size) == picture[y0:y1, x0:x1]).all()


def test_crop_is_cut_from_the_full_resolution(checker: Checker) -> None:
    """The analysis pixels of a 12 megapixel photo have a quarter of its detail; the crop has all of it."""
    with Image.open(GOOD) as image:
        person = image.convert("RGB").resize((1280, 1600), Image.Resampling.LANCZOS)
    frame = Image.new("RGB", (4000, 3000), (150, 150, 150))
    frame.paste(person, (1400, 1400))
    cropped = checker.crop(encoded(frame, "JPEG", quality=95))
    assert cropped.pixels.shape == (800, 800, 3)
    twin = checker.crop(np.asarray(frame))
    assert np.abs(twin.pixels.astype(int) - cropped.pixels.astype(int)).mean() < 4


def test_nothing_is_enlarged_unless_asked(checker: Checker) -> None:
    small = np.asarray(off_centre(0.4))
    plain = checker.crop(small)
    wide = plain.pixels.shape[1]
    assert wide < 400
    assert any("not enlarged" in note for note in plain.notes)
    large = checker.crop(small, size=600, enlarge=True)
    assert large.pixels.shape == (600, 600, 3)
    assert any(note.startswith("Enlarged") and str(wide) in note for note in large.notes)


def test_saved_crop_has_a_profile_and_no_other_metadata(tmp_path: Path, checker: Checker) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 30.0)
    file = io.BytesIO()
    off_centre().save(file, "JPEG", exif=exif, comment=b"who and where")
    cropped = checker.crop(file.getvalue())
    for name in ("out.jpg", "out.png", "OUT.JPEG"):
        cropped.save(tmp_path / name)
        with Image.open(tmp_path / name) as image:
            assert image.format == ("PNG" if name.endswith("png") else "JPEG")
            assert image.size == (cropped.pixels.shape[1], cropped.pixels.shape[0])
            assert not image.getexif()
            assert b"Maker" not in (tmp_path / name).read_bytes()
            assert b"who and where" not in (tmp_path / name).read_bytes()
            profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
            assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["OUT.JPEG", "out.jpg", "out.png"]


@pytest.mark.parametrize("name", ["crop.jpg", "crop.png"])
def test_grain_is_written_too(name: str, tmp_path: Path, checker: Checker, capfd: pytest.CaptureFixture[str]) -> None:
    grain = np.random.default_rng(5).normal(0, 60, load(GOOD).rgb.shape)
    photo = np.clip(load(GOOD).rgb + grain, 0, 255).astype(np.uint8)
    cropped = checker.crop(photo, region=Region(((0.0, 0.0), (1.0, 0.0), (1.0, 0.8), (0.0, 0.8))))
    cropped.save(tmp_path / name)
    with Image.open(tmp_path / name) as written:
        written.load()
        assert written.size == cropped.crop.size
    assert capfd.readouterr().err == ""


def test_same_photo_gives_the_same_bytes(tmp_path: Path, checker: Checker) -> None:
    for name in ("a.jpg", "b.jpg"):
        checker.crop(GOOD).save(tmp_path / name)
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()


@pytest.mark.parametrize("orientation", [3, 6])
def test_crop_is_upright_whatever_the_orientation(orientation: int, checker: Checker) -> None:
    upright = np.asarray(off_centre())
    stored = encoded(turned(upright, orientation), "PNG", exif=exif_block(orientation))
    assert (checker.crop(stored).pixels == checker.crop(upright).pixels).all()


def test_photo_itself_is_never_overwritten(tmp_path: Path, checker: Checker) -> None:
    photo = tmp_path / "me.jpg"
    photo.write_bytes(GOOD.read_bytes())
    (tmp_path / "link.jpg").symlink_to(photo)
    cropped = checker.crop(photo)
    for place in (photo, tmp_path / "link.jpg", tmp_path / "." / "me.jpg"):
        with pytest.raises(CropError, match="never overwritten"):
            cropped.save(place)
    assert photo.read_bytes() == GOOD.read_bytes()


@pytest.mark.parametrize("name", ["out.gif", "out", "missing/out.jpg", "folder.jpg"])
def test_place_that_cannot_be_written_to_is_said(name: str, tmp_path: Path, checker: Checker) -> None:
    (tmp_path / "folder.jpg").mkdir()
    with pytest.raises(CropError) as caught:
        checker.crop(GOOD).save(tmp_path / name)
    assert Path(name).name in caught.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["folder.jpg"]


def test_each_photo_gets_a_place_of_its_own(tmp_path: Path) -> None:
    photos = ["one/me.jpg", "me-2.jpg", "two/me.jpg", "ME.png", "me-2.png", "-"]
    places = [place.name for place in places_in(tmp_path, photos, "linkedin")]
    assert places[:3] == ["me-linkedin.jpg", "me-2-linkedin.jpg", "me-3-linkedin.jpg"]
    assert len({name.casefold() for name in places}) == len(photos)  # macOS and Windows ignore case


@pytest.mark.parametrize("size", [-5, 0, 15, 8001])
def test_a_width_out_of_range_is_refused(size: int, checker: Checker) -> None:
    with pytest.raises(CropError, match=f"16 to 8000 px wide, not {size}"):
        checker.crop(GOOD, size=size)


def test_no_face_is_nothing_to_crop(checker: Checker) -> None:
    with pytest.raises(CropError, match="no face was found"):
        checker.crop(np.full((500, 500, 3), 128, np.uint8))


def test_unknown_target_is_told_with_a_guess(checker: Checker) -> None:
    with pytest.raises(CropError, match="did you mean 'linkedin'"):
        checker.crop(GOOD, "linkdin")
    with pytest.raises(CropError, match="resume-3x4"):
        target_named("poster")


def test_target_follows_the_policy() -> None:
    assert target_for("resume").name == "resume"
    assert target_for("mine", "id-photo").name == "id-photo"
    assert target_for("mine").name == "linkedin"


def test_report_offers_a_crop_that_was_checked(checker: Checker) -> None:
    report = checker.check(np.asarray(off_centre(1.5)))
    jsonschema.validate(json.loads(json.dumps(report.to_dict())), dict(schema()))
    assert report.finding("framing.offset").status in ("warn", "fail")
    assert report.crop is not None
    assert "framing.offset" in report.crop.mends
    cropped = checker.crop(np.asarray(off_centre(1.5)))
    assert (report.crop.verdict, report.crop.size) == (cropped.verdict, cropped.crop.size)
    assert report.crop.region.bounds == pytest.approx(cropped.crop.region.bounds, abs=1e-6)
    assert abs((report.crop.score or 0) - (cropped.report.score or 0)) <= 3


def test_good_photo_is_not_cropped_for_nothing(checker: Checker) -> None:
    report = checker.check(GOOD)
    assert report.crop is not None
    assert report.crop.mends == ()
    assert report.crop.verdict is None


def test_crop_of_a_car_is_still_a_car(checker: Checker) -> None:
    cropped = checker.crop(CAR)
    assert cropped.report.drivers_seat.verdict == "likely"
    assert cropped.verdict == "retake"
    assert cropped.before.verdict == "retake"
    assert checker.check(CAR).crop == replace(checker.check(CAR).crop, mends=(), verdict=None)


def test_crop_as_plain_data(checker: Checker) -> None:
    document = json.loads(json.dumps(checker.crop(np.asarray(off_centre())).to_dict()))
    assert set(document) == {"source", "crop", "notes", "before", "report"}
    jsonschema.validate(document["report"], dict(schema()))


def test_second_person_is_left_out(nets: Nets) -> None:
    wide = off_centre(1.0)
    with Image.open(GOOD) as image:
        wide.paste(image.convert("RGB").resize((512, 640)), (60, 560))
    scene = scene_of(wide, nets)
    assert len(scene.search.faces) == 2
    left = best_frame(scene, TARGETS["linkedin"]).region(scene).bounds[0]
    other = min(scene.search.faces, key=lambda face: face.box[2] - face.box[0])
    assert left * scene.width > other.box[2]


def test_a_region_of_ones_own_is_cut_in_the_targets_shape(checker: Checker) -> None:
    region = Region(((0.1, 0.05), (0.7, 0.05), (0.7, 0.9), (0.1, 0.9)))
    for name in ("linkedin", "resume"):
        crop = checker.crop(GOOD, name, region=region).crop
        x0, y0, x1, y1 = crop.region.bounds
        assert (x1 - x0) * 640 / ((y1 - y0) * 800) == pytest.approx(TARGETS[name].aspect, rel=0.01)
        assert x1 - x0 == pytest.approx(0.6, abs=0.003)
        assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((0.4, 0.475), abs=0.01)


def test_a_photo_that_is_taken_again_is_told_of_no_crop() -> None:
    checker = Checker("id-photo")
    again, once = checker.check(fixture("outdoors")), checker.check(fixture("plain_wall_glasses"))
    assert (again.verdict, once.verdict) == ("retake", "usable")
    for report in (again, once):
        size = report.finding("framing.head_height")
        assert size.mend == "crop"
        assert (size.advice == "Cropping fixes this.") == (report is once)


def test_the_region_of_a_crop_is_that_crop_again(checker: Checker) -> None:
    for photo in (GOOD, fixture("tilted")):  # upright, and one that is straightened
        best = checker.crop(photo)
        again = checker.crop(photo, region=best.crop.region)
        assert again.crop.rotation_deg == pytest.approx(best.crop.rotation_deg, abs=0.1)
        assert np.array(again.crop.region.points) == pytest.approx(np.array(best.crop.region.points), abs=0.003)
        assert (again.verdict, again.report.score) == (best.verdict, best.report.score)


@pytest.mark.parametrize("lean_deg", [0, 20, -35, 90])
@pytest.mark.parametrize("middle", [(0.5, 0.5), (0.0, 0.0), (1.0, 0.4)])
@pytest.mark.parametrize("width", [1e-9, 0.3, 1.0])
def test_a_region_is_held_within_the_picture(
    nets: Nets, lean_deg: float, middle: tuple[float, float], width: float
) -> None:
    scene = scene_of(pixels(), nets)
    half = width / 2 * np.array([np.cos(np.deg2rad(lean_deg)), np.sin(np.deg2rad(lean_deg)) * 0.8])
    corners = np.array([middle - half, middle + half] * 2)[[0, 1, 3, 2]]
    frame = frame_at(scene, Region(tuple((float(x), float(y)) for x, y in corners)), TARGETS["resume"])
    assert frame.width / frame.height == pytest.approx(0.8)
    assert frame.width >= 16 * scene.photo.scale - 1e-6
    assert frame.corners.min() >= -1e-6
    assert (frame.corners.max(axis=0) <= np.array([scene.width, scene.height]) + 1e-6).all()


@pytest.mark.parametrize("points", [(), ((0, 0), (1, 0), (1, 1)), ((0.5, 0.5),) * 4])
def test_a_region_that_is_none_is_refused(checker: Checker, points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(CropError, match="region"):
        checker.crop(GOOD, region=Region(points))


def test_a_region_without_the_face_says_so(checker: Checker) -> None:
    cut = checker.crop(GOOD, region=Region(((0.0, 0.75), (0.3, 0.75), (0.3, 1.0), (0.0, 1.0))))
    assert (cut.before.verdict, cut.verdict) == ("ready", "retake")
    assert cut.report.finding("faces.found").status == "fail"


@pytest.mark.parametrize("colour", [0, 255])
@pytest.mark.parametrize("sides", [(0.12, 0.0), (0.0, 0.12), (0.06, 0.06)])
def test_bars_are_told_and_cropped_off(sides: tuple[float, float], colour: int, checker: Checker) -> None:
    rgb = load(GOOD).rgb
    down, across = (round(share * length) for share, length in zip(sides, rgb.shape[:2], strict=True))
    barred = np.full((rgb.shape[0] + 2 * down, rgb.shape[1] + 2 * across, 3), colour, np.uint8)
    barred[down : down + rgb.shape[0], across : across + rgb.shape[1]] = rgb
    report = checker.check(barred)
    assert checker.check(GOOD).finding("file.bars").value == 0
    bars = report.finding("file.bars")
    assert (bars.status, bars.value) == ("warn", pytest.approx(2 * max(sides) / (1 + 2 * max(sides)), abs=0.02))
    assert report.verdict == "usable"
    cropped = checker.crop(barred)
    assert cropped.report.finding("file.bars").status == "pass"
    for x, y in cropped.crop.region.points:
        assert across / barred.shape[1] <= x <= 1 - across / barred.shape[1]
        assert down / barred.shape[0] <= y <= 1 - down / barred.shape[0]
    assert report.crop is not None
    assert "file.bars" in report.crop.mends
    assert (report.crop.verdict, report.remedy) == ("ready", "crop")


def test_a_crop_is_credited_with_the_format_that_it_is_written_in(checker: Checker) -> None:
    photo = encoded(np.asarray(off_centre()), "HEIF")
    report = checker.check(photo)
    assert {"framing.offset", "file.format"} <= set(report.crop.mends if report.crop is not None else ())
    assert report.finding("file.format").mend == "crop"
    assert "file.format" in checker.crop(photo).crop.mends
