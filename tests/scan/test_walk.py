"""Folders are walked in a stable order, and nothing in them is lost: a photo, or counted with its reason."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from fixture_photos import fixture
from hypothesis import given, settings
from hypothesis import strategies as st

from headshot_check.errors import PhotoError
from headshot_check.scan import walk as walking
from headshot_check.scan.walk import FoundPhoto, Walk

JPEG = fixture("soft_office").read_bytes()
posix = pytest.mark.skipif(sys.platform == "win32", reason="names and rights of POSIX")


def put(folder: Path, *names: str, data: bytes = b"\xff\xd8\xff") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def names(walk: Walk) -> list[str]:
    return [photo.name for photo in walk]


def test_order_is_natural_files_before_folders(tmp_path: Path) -> None:
    put(tmp_path, "b/2.jpg", "b/10.jpg", "a 10/x.jpg", "a 9/x.jpg", "IMG_10.jpg", "img_9.JPG", "z.png")
    expected = ["IMG_10.jpg", "z.png", "a 9/x.jpg", "a 10/x.jpg", "b/2.jpg", "b/10.jpg"]
    assert names(Walk([tmp_path])) == ["img_9.JPG", *expected]
    assert names(Walk([tmp_path])) == names(Walk([tmp_path]))


def test_paths_open_the_file_and_sources_are_as_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "photos/sub/a.jpg")
    monkeypatch.chdir(tmp_path)
    (photo,) = Walk(["photos"])
    assert Path(photo.path).is_absolute()
    assert Path(photo.path).read_bytes() == b"\xff\xd8\xff"
    assert photo.source == str(Path("photos/sub/a.jpg"))
    assert (photo.name, photo.size) == ("sub/a.jpg", 3)
    assert [one.source for one in Walk(["photos/"])] == ["photos/" + str(Path("sub/a.jpg"))]


def test_hidden_and_other_files_are_counted(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.jpg", "._a.jpg", ".git/b.jpg", "a.jpg")
    put(tmp_path, "notes.txt", "prices", data=b"BMW 320 i, 12000 euros")
    put(tmp_path, "scan.pdf", data=b"%PDF-1.7")
    put(tmp_path, "raw.NEF", data=b"MM\0*")
    walk = Walk([tmp_path])
    assert names(walk) == ["a.jpg"]
    assert walk.skipped == {
        walking.HIDDEN_FILE: 2,
        walking.HIDDEN_FOLDER: 1,
        walking.NOT_A_PICTURE: 2,
        walking.OTHER_FORMAT: 2,
    }
    assert walk.problems == []


def test_photos_are_known_by_content_where_the_name_does_not_tell(tmp_path: Path) -> None:
    put(tmp_path, "portrait", "portrait.jpg_original", "me.JPG.download", data=JPEG)
    put(tmp_path, "empty", data=b"")
    put(tmp_path, "empty.jpg", data=b"")
    walk = Walk([tmp_path])
    assert names(walk) == ["empty.jpg", "me.JPG.download", "portrait", "portrait.jpg_original"]
    assert walk.skipped == {walking.NOT_A_PICTURE: 1}


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", ".hidden.jpg", "notes.txt")
    hidden, notes = tmp_path / ".hidden.jpg", tmp_path / "notes.txt"
    assert names(Walk([hidden])) == [".hidden.jpg"]
    assert names(Walk([notes, hidden, tmp_path, notes])) == ["notes.txt", ".hidden.jpg", f"{tmp_path.name}/a.jpg"]


def test_several_folders_have_their_name_in_front(tmp_path: Path) -> None:
    put(tmp_path, "one/a.jpg", "two/a.jpg", "x/same/a.jpg", "y/same/a.jpg")
    assert names(Walk([tmp_path / "one", tmp_path / "two"])) == ["one/a.jpg", "two/a.jpg"]
    same = names(Walk([tmp_path / "x/same", tmp_path / "y/same"]))
    assert len(set(same)) == 2
    assert [name.rsplit("/", 3)[1:] for name in same] == [["x", "same", "a.jpg"], ["y", "same", "a.jpg"]]


def test_overlapping_folders_give_each_photo_once(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg")
    walk = Walk([tmp_path, tmp_path / "sub", tmp_path])
    assert [Path(photo.path).name for photo in walk] == ["a.jpg", "b.jpg"]
    assert walk.skipped == {walking.SEEN_FOLDER: 1}


@posix
def test_loops_of_links_end(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg")
    (tmp_path / "sub/up").symlink_to(tmp_path)
    (tmp_path / "sub/self").symlink_to(tmp_path / "sub")
    (tmp_path / "elsewhere").symlink_to(tmp_path / "sub")
    (tmp_path / "knot").symlink_to(tmp_path / "knot")
    walk = Walk([tmp_path])
    found = names(walk)
    assert [Path(name).name for name in found] == ["a.jpg", "b.jpg"]
    assert sum(walk.skipped.values()) + len(walk.problems) == 4


@posix
def test_folders_without_inode_numbers_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/b.jpg", "c/d.jpg", "out/e.jpg")
    (tmp_path / "c" / "loop").symlink_to(tmp_path)
    real = walking._stat

    def without_inode(path: str) -> os.stat_result | None:
        facts = real(path)
        return facts and os.stat_result((facts.st_mode, 0, *facts[2:]))

    monkeypatch.setattr(walking, "_stat", without_inode)
    walk = Walk([tmp_path], exclude=[tmp_path / "out"])
    assert names(walk) == ["a/b.jpg", "c/d.jpg"]
    assert walk.skipped == {walking.SEEN_FOLDER: 1, walking.OWN_OUTPUT: 1}


@posix
def test_broken_link_that_is_called_like_a_photo_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (photo,) = Walk([tmp_path])
    assert (photo.name, photo.size) == ("gone.jpg", None)


@posix
def test_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    walk = Walk([tmp_path])
    assert (names(walk), walk.skipped) == ([], {walking.NOT_A_FILE: 1})


def test_folder_of_the_report_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "report/overlay.jpg")
    walk = Walk([tmp_path], exclude=[tmp_path / "report", tmp_path / "missing"])
    assert (names(walk), walk.skipped) == (["a.jpg"], {walking.OWN_OUTPUT: 1})


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems take no such names")
def test_names_that_are_no_text_can_be_written(tmp_path: Path) -> None:
    put(tmp_path, os.fsdecode(b"caf\xe9.jpg"), "Ünï/日本 🙂.jpg", "new\nline.jpg", "שלום.jpg")
    photos = list(Walk([tmp_path]))
    assert len(photos) == 4
    for photo in photos:
        assert Path(photo.path).is_file()
        assert json.loads(json.dumps([photo.name, photo.source], ensure_ascii=False).encode()) == [
            photo.name,
            photo.source,
        ]
    assert {photo.name for photo in photos} >= {r"caf\udce9.jpg", "Ünï/日本 🙂.jpg"}


def test_what_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.jpg", "locked/b.jpg", "unknown")
    list_folder, open_file = os.scandir, Path.open

    def refuse(path: str | Path) -> None:
        if Path(path).name in ("locked", "unknown"):  # rights alone do not stop root, who runs the tests in containers
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", lambda path: [refuse(path), list_folder(path)][1])
    monkeypatch.setattr(Path, "open", lambda path, *how, **more: [refuse(path), open_file(path, *how, **more)][1])
    walk = Walk([tmp_path])
    assert names(walk) == ["a.jpg"]
    assert sorted(Path(problem.place).name for problem in walk.problems) == ["locked", "unknown"]
    assert all("permi" in problem.reason for problem in walk.problems)


def test_folder_that_vanishes_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b/c.jpg", "d/e.jpg")
    walk = Walk([tmp_path])
    found: list[FoundPhoto] = []
    for photo in walk:
        found.append(photo)
        if photo.name == "a.jpg":
            (tmp_path / "b/c.jpg").unlink()
            (tmp_path / "b").rmdir()
    assert [photo.name for photo in found] == ["a.jpg", "d/e.jpg"]
    assert [Path(problem.place).name for problem in walk.problems] == ["b"]


@posix
def test_other_files_that_vanish_do_not_matter(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b.tmp")
    (tmp_path / "c.txt").symlink_to(tmp_path / "nowhere")
    walk = Walk([tmp_path])
    found = iter(walk)
    assert next(found).name == "a.jpg"  # the folder is listed
    (tmp_path / "b.tmp").unlink()
    assert list(found) == []
    assert [Path(problem.place).name for problem in walk.problems] == ["c.txt"]


def test_what_does_not_exist_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no such folder") as caught:
        Walk([tmp_path, tmp_path / "missing"])
    assert caught.value.code == "not_found"


@pytest.mark.skipif(sys.platform == "win32", reason="paths are shorter there")
def test_deep_folders_neither_overflow_nor_vanish(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(1200):  # deeper than Python's recursion limit
        folder = folder / "d"
        folder.mkdir()
    put(folder, "a.jpg")
    found = names(Walk([tmp_path]))
    (folder / "a.jpg").unlink()
    while folder != tmp_path:  # what tidies up after tests goes down by recursion
        folder.rmdir()
        folder = folder.parent
    assert found == ["d/" * 1200 + "a.jpg"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='/\0\\:*?"<>|'), min_size=1, max_size=20)))
def test_every_file_is_a_photo_or_counted(tmp_path_factory: pytest.TempPathFactory, wanted: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in wanted:
        if name.strip(" .") and len(name.encode()) < 200:
            (folder / name).write_bytes(b"text")
            (folder / f"{name}.jpg").write_bytes(JPEG[:100])
    listed = len(list(folder.iterdir()))
    walk = Walk([folder])
    assert len(list(walk)) + sum(walk.skipped.values()) == listed
