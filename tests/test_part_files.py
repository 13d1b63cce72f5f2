"""Files are written in full or not at all, whatever their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from headshot_check.part_files import clear_parts, open_part, write_whole

NAMES = ["me.jpg", "m" * 251 + ".jpg", "ü" * 125 + ".jpg", "日" * 83 + ".jpg"]  # up to 255 bytes, the most there can be


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for data in (b"first", b"second"):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_killed_process_left_is_cleared(tmp_path: Path, name: str) -> None:
    part, stream = open_part(tmp_path / name)
    stream.close()  # as the end of a process does
    clear_parts(tmp_path, ["other.jpg"])
    assert part.exists()
    clear_parts(tmp_path, [name])
    assert not part.exists()


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "me.jpg"
    path.write_bytes(b"before")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
