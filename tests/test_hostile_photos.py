"""Hostile files: each gives a photo or a `PhotoError` with the code that was promised, and nothing else."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from hostile import encoded, exif_block, make_hostile_files, picture
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headshot_check.errors import PHOTO_ERROR_CODES, PhotoError
from headshot_check.photo import ANALYSIS_LONG_SIDE, Photo, PhotoLimits, load


def outcome(source: object) -> str:
    try:
        photo = load(source)  # type: ignore[arg-type]
    except PhotoError as error:
        check_error(error)
        return error.code
    check_photo(photo)
    return "ok"


def check_error(error: PhotoError) -> None:
    assert error.code in PHOTO_ERROR_CODES
    assert error.source in error.message
    assert error.message.endswith(".")


def check_photo(photo: Photo) -> None:
    high, wide, channels = photo.rgb.shape
    assert channels == 3
    assert photo.rgb.dtype == np.uint8
    assert photo.rgb.flags.c_contiguous
    assert 1 <= max(high, wide) <= ANALYSIS_LONG_SIDE
    assert 0 < photo.scale <= 1
    assert 1 <= photo.orientation <= 8
    assert photo.truncated == (photo.truncated_fraction is not None)
    part, scale = photo.detail((photo.width / 3, photo.height / 3, photo.width, photo.height), 0.9)
    assert scale >= min(0.9, 1)
    assert part.size


def test_the_hostile_set(tmp_path: Path) -> None:
    seen = {path.name: (expected, outcome(path)) for path, expected in make_hostile_files(tmp_path)}
    assert {name: both for name, both in seen.items() if both[0] != both[1]} == {}
    assert len(seen) > 50


def test_bytes_and_path_agree_on_hostile_files(tmp_path: Path) -> None:
    for path, expected in make_hostile_files(tmp_path):
        assert outcome(path.read_bytes()) == expected, path.name


def test_an_error_names_file_cause_and_remedy_and_survives_pickle(tmp_path: Path) -> None:
    path = tmp_path / "me.jpg"
    path.write_bytes(b"")
    with pytest.raises(PhotoError, match=r"me\.jpg: .*0 bytes.* Export or download") as caught:
        load(path)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, again.source, again.message) == (caught.value.code, str(path), caught.value.message)


def test_what_is_not_a_file(tmp_path: Path) -> None:
    assert outcome(tmp_path / "no such.jpg") == "not_found"
    assert outcome("https://example.org/me.jpg") == "not_found"
    assert outcome(tmp_path) == "is_directory"
    assert outcome("") == "not_found"
    assert outcome("a\0b") == "bad_input"
    assert outcome("x" * 5000) == "read_error"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo.jpg")
        assert outcome(tmp_path / "fifo.jpg") == "not_a_file"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "me.jpg"
    path.write_bytes(encoded(picture()))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run as root, whom no mode bits stop
    assert outcome(path) == "permission_denied"


def test_a_file_that_vanishes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "me.jpg"
    path.write_bytes(encoded(picture()))

    class Vanishing:
        def __enter__(self) -> Vanishing:
            return self

        def __exit__(self, *_: object) -> None: ...

        def read(self, size: int) -> bytes:
            raise OSError(116, "Stale file handle")

    monkeypatch.setattr(Path, "open", lambda *_, **__: Vanishing())
    assert outcome(path) == "read_error"


def test_limits_apply_before_reading_and_before_decoding(tmp_path: Path) -> None:
    data = encoded(picture(), "PNG")
    path = tmp_path / "me.png"
    path.write_bytes(data)
    for source in (path, data):
        with pytest.raises(PhotoError) as caught:
            load(source, limits=PhotoLimits(max_bytes=len(data) - 1))
        assert caught.value.code == "too_many_bytes"
        assert load(source, limits=PhotoLimits(max_bytes=len(data))).bytes == len(data)
        with pytest.raises(PhotoError) as caught:
            load(source, limits=PhotoLimits(max_pixels=400 * 300 - 1))
        assert caught.value.code == "too_many_pixels"
        with pytest.raises(PhotoError) as caught:
            load(source, limits=PhotoLimits(min_side=301))
        assert caught.value.code == "too_small"


SEEDS = {
    "JPEG": encoded(picture(96, 64), exif=exif_block(6)),
    "progressive JPEG": encoded(picture(96, 64), progressive=True),
    "PNG": encoded(picture(96, 64), "PNG"),
    "WEBP": encoded(picture(96, 64), "WEBP"),
    "GIF": encoded(picture(96, 64), "GIF"),
    "TIFF": encoded(picture(96, 64), "TIFF"),
    "compressed TIFF": encoded(picture(96, 64), "TIFF", compression="tiff_lzw"),
    "BMP": encoded(picture(96, 64), "BMP"),
    "HEIF": encoded(picture(96, 64), "HEIF"),
    "AVIF": encoded(picture(96, 64), "AVIF", speed=10),
}
MUTATIONS = st.tuples(
    st.sampled_from(sorted(SEEDS)),
    st.floats(0.02, 1),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
)


def mutated(mutation: tuple[str, float, list[tuple[float, int]]]) -> bytes:
    name, keep, flips = mutation
    data = bytearray(SEEDS[name])
    for where, value in flips:
        # half of the flips hit the header, where they hurt most
        data[int(where * 2 * len(data)) if where < 0.5 else int((where - 0.5) * 2 * min(len(data), 300))] = value
    return bytes(data[: max(1, int(keep * len(data)))])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MUTATIONS)
def test_any_damage_gives_a_photo_or_a_photo_error(mutation: tuple[str, float, list[tuple[float, int]]]) -> None:
    outcome(mutated(mutation))


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MUTATIONS)
def test_any_damage_at_length(mutation: tuple[str, float, list[tuple[float, int]]]) -> None:
    outcome(mutated(mutation))
