"""What is kept: found again by content and limits only, by several processes, whatever happens to the file."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from report_factory import report
from scan_stand_ins import outcome_of, photo_bytes

from headshot_check.policy import load_policy
from headshot_check.scan.kept import database
from headshot_check.scan.kept.cache_folder import cache_folder
from headshot_check.scan.kept.file_facts import FileFacts
from headshot_check.scan.kept.fingerprint import fingerprint
from headshot_check.scan.kept.run_rows import RunRows
from headshot_check.scan.kept.store import UNUSED_DAYS, Checked, Store
from headshot_check.scan.walk import FoundPhoto
from headshot_check.workers.jobs import Job, Outcome

LINKEDIN = load_policy("linkedin")
OUTCOME = Outcome(report(), "ab" * 16, (1 << 64) - 2, b"jpeg", 9, 0.5)
FACTS = FileFacts("/photos/a.jpg", 9, 1_700_000_000_000_000_000, 7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "scan.sqlite"


def kept(path: Path, *checked: Checked) -> None:
    store = Store(path, LINKEDIN)
    store.keep(checked)
    store.close()


def test_found_again_by_file_and_by_content(path: Path) -> None:
    kept(path, Checked(OUTCOME, FACTS))
    store = Store(path, LINKEDIN)
    known = store.known(FACTS)
    assert (known.digest, known.earlier) == (OUTCOME.digest, True)
    assert store.by_content("ab" * 16) == (known.result, True)
    assert store.verdict_of(known.result or 0) == ("retake", 41)
    assert (store.same_size(9), store.same_size(10), store.notices) == (True, False, [])
    assert store.by_content("cd" * 16) is None
    store.close()


@pytest.mark.parametrize(
    "change", [{"path": "/photos/b.jpg"}, {"size": 8}, {"modified_ns": 1_700_000_000_000_000_001}, {"inode": 8}]
)
def test_changed_file_is_not_known(path: Path, change: dict[str, object]) -> None:
    kept(path, Checked(OUTCOME, FACTS))
    store = Store(path, LINKEDIN)
    assert store.known(replace(FACTS, **change)).result is None  # type: ignore[arg-type]
    store.close()


def test_file_that_was_written_a_moment_ago_is_read_again(path: Path) -> None:
    kept(path, Checked(OUTCOME, replace(FACTS, settled=False)))
    store = Store(path, LINKEDIN)
    assert store.known(FACTS).result is None
    assert store.by_content("ab" * 16) is not None
    store.close()


def test_limits_decide_and_not_the_name(path: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    prints = []
    for text in (
        'name = "mine"\nextend = "linkedin"\n',
        'name = "mine"\ntitle = "Mine"\nextend = "linkedin"\n',
        'name = "mine"\nextend = "linkedin"\n[checks."pose.roll"]\nwarn_above = 3\nfail_above = 9\n',
        'name = "mine"\nextend = "linkedin"\n[checks."pose.roll"]\nsame_as = "pose.yaw"\n',
        'name = "mine"\nextend = "linkedin"\n[checks."pose.roll"]\nsame_as = "pose.yaw"\nsame_when = "above"\n',
    ):
        own.write_text(text, encoding="utf-8")
        prints.append(fingerprint(load_policy(own)))
    assert prints[0] == prints[1]
    assert len(set(prints)) == len(prints) - 1
    kept(path, Checked(OUTCOME, FACTS))
    store = Store(path, load_policy(own))
    known = store.known(FACTS)
    assert (known.result, known.digest) == (None, OUTCOME.digest)
    assert store.by_content("ab" * 16) is None
    store.close()


def test_version_of_the_package_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(LINKEDIN)
    monkeypatch.setattr("headshot_check.scan.kept.fingerprint.__version__", "99.0")
    assert fingerprint(LINKEDIN) != before


@pytest.mark.parametrize("cause", ["timed_out", "worker_died", "check_failed"])
def test_what_a_second_try_may_mend_is_for_this_run_alone(path: Path, tmp_path: Path, cause: str) -> None:
    (tmp_path / "dies.jpg").write_bytes(b"dies")
    lost = outcome_of(Job(str(tmp_path / "dies.jpg"), "dies.jpg"))
    broken = replace(lost.report.findings[0], cause=cause)
    outcome = replace(lost, report=replace(lost.report, findings=(broken,)), digest="ab" * 16)
    store = Store(path, LINKEDIN)
    (number,) = store.keep([Checked(outcome, FACTS)])
    assert number < 0
    assert store.known(FACTS).result == number
    assert store.verdict_of(number) == ("unreadable", None)
    store.close()
    again = Store(path, LINKEDIN)
    assert again.known(FACTS).result is None
    again.close()


def test_an_interrupted_write_leaves_nothing_half_done(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(path, LINKEDIN)
    rows = RunRows(store)
    rows.add(FoundPhoto(FACTS.path, "a.jpg", "a.jpg", 9, FACTS.modified_ns, 7), FACTS, store.known(FACTS))
    rows.settle(0, OUTCOME.digest, -1)
    with monkeypatch.context() as interrupted:
        interrupted.setattr(store, "_write_files", raising(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            store.keep([Checked(OUTCOME, FACTS)])
    assert rows.open_count() == 0  # what was said to be done stays done
    assert store.known(FACTS).result is None
    (number,) = store.keep([Checked(OUTCOME, FACTS)])
    assert (number > 0, store.known(FACTS).result, store.lasts, store.notices) == (True, number, True, [])
    store.close()


def raising(error: type[BaseException]) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_fresh_finds_nothing_but_its_own(path: Path) -> None:
    kept(path, Checked(OUTCOME, FACTS))
    store = Store(path, LINKEDIN, fresh=True)
    assert (store.known(FACTS).result, store.by_content("ab" * 16)) == (None, None)
    (number,) = store.keep([Checked(replace(OUTCOME, report=report(score=77)), FACTS)])
    assert store.known(FACTS).result == number
    store.close()
    after = Store(path, LINKEDIN)
    assert after.verdict_of(after.known(FACTS).result or 0) == ("retake", 77)
    after.close()


def test_a_replaced_result_stays_for_the_scans_that_read_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(path, Checked(OUTCOME, FACTS))
    days = time.time() + 10 * 86_400
    monkeypatch.setattr(time, "time", lambda: days)  # the result is old, but was replaced only just now
    reader = Store(path, LINKEDIN)
    number = reader.known(FACTS).result or 0
    fresh = Store(path, LINKEDIN, fresh=True)
    fresh.start_over("/photos")
    fresh.keep([Checked(replace(OUTCOME, report=report(score=77)), FACTS)])
    Store(path, LINKEDIN).close()
    assert reader.verdict_of(number) == ("retake", 41)
    monkeypatch.setattr(time, "time", lambda: days + 2 * 86_400)
    Store(path, LINKEDIN).close()
    assert reader.database.execute("SELECT score FROM kept.result").fetchall() == [(77,)]
    reader.close()
    fresh.close()


def test_start_over_is_for_one_folder(path: Path) -> None:
    files = ("/photos/a.jpg", "/photos/sub/b.jpg", "/photos2/c.jpg")
    for number, file in enumerate(files):
        kept(path, Checked(replace(OUTCOME, digest=f"{number:032x}"), replace(FACTS, path=file)))
    store = Store(path, LINKEDIN)
    store.start_over("/photos")
    assert [store.known(replace(FACTS, path=file)).result is None for file in files] == [True, True, False]
    store.close()


def test_names_that_are_no_text(path: Path) -> None:
    facts = replace(FACTS, path=os.fsdecode(b"/photos/caf\xe9.jpg"))
    kept(path, Checked(OUTCOME, facts))
    store = Store(path, LINKEDIN)
    assert store.known(facts).result is not None
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_nobody_else_may_read_it(path: Path) -> None:
    kept(path, Checked(OUTCOME, FACTS))
    store = Store(path, LINKEDIN)
    store.keep([Checked(replace(OUTCOME, digest="cd" * 16), None)])
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    store.close()


def test_unused_limits_are_dropped(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(path, Checked(OUTCOME, FACTS))
    other = load_policy("resume")
    later = time.time() + (UNUSED_DAYS + 1) * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    Store(path, other).close()
    monkeypatch.undo()
    store = Store(path, LINKEDIN)
    assert store.by_content("ab" * 16) is None
    store.close()


@pytest.mark.parametrize("content", [b"no database at all, just text " * 400, b"SQLite format 3\0" + bytes(4000)])
def test_what_is_no_database_is_set_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    store = Store(path, LINKEDIN)
    store.keep([Checked(OUTCOME, FACTS)])
    assert len(store.notices) == 1
    assert "renamed" in store.notices[0]
    store.close()
    assert [file.read_bytes() for file in path.parent.glob("*.unused")] == [content]
    again = Store(path, LINKEDIN)
    assert (again.known(FACTS).result is not None, again.notices) == (True, [])
    again.close()


@pytest.mark.parametrize("seed", range(5))
def test_damage_anywhere_in_the_file_never_raises(path: Path, seed: int) -> None:
    kept(path, *(Checked(replace(OUTCOME, digest=f"{number:032x}"), FACTS) for number in range(300)))
    data = bytearray(path.read_bytes())
    dice = random.Random(seed)
    for _ in range(4):
        at = dice.randrange(0, len(data) - 4096, 4096)
        data[at : at + 4096] = dice.randbytes(4096)
    path.write_bytes(data)
    store = Store(path, LINKEDIN)
    (number,) = store.keep([Checked(replace(OUTCOME, digest="ef" * 16), FACTS)])
    assert store.verdict_of(number) == ("retake", 41)
    assert len(store.notices) == 1
    store.close()


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bits_never_change_a_result(path: Path, seed: int) -> None:
    photos = [(f"{number:032x}", replace(FACTS, path=f"/photos/{number}.jpg", inode=number)) for number in range(30)]
    made = {digest: report(source=facts.path, score=number) for number, (digest, facts) in enumerate(photos)}
    kept(path, *(Checked(replace(OUTCOME, report=made[digest], digest=digest), facts) for digest, facts in photos))
    data = bytearray(path.read_bytes())
    dice = random.Random(seed)
    for _ in range(1 + seed % 3):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)
    store = Store(path, LINKEDIN)
    rows = RunRows(store)
    for digest, facts in photos:
        known = store.known(facts)
        rows.add(FoundPhoto(facts.path, facts.path, facts.path, facts.size), facts, known)
        assert known.result is None or known.digest == digest
        if known.result is None and (found := store.by_content(digest)) is not None:  # as a scan does, once it is read
            rows.settle(len(rows) - 1, digest, found[0], kept=True)
    open_shots = list(rows.open_shots())
    assert not open_shots or len(store.notices) == 1, store.notices
    for document, (digest, _) in zip(rows.documents(0, 30), photos, strict=True):
        if rows.first_open(int(digest, 16)) != int(digest, 16):
            assert document == made[digest].to_dict()
    again = [
        Checked(replace(OUTCOME, report=made[digest], digest=digest), facts)
        for digest, facts in (photos[shot.at] for shot in open_shots)
    ]
    for shot, number in zip(open_shots, store.keep(again), strict=True):
        rows.settle(shot.at, f"{shot.at:032x}", number)
    assert [document["score"] for document in rows.documents(0, 30)] == list(range(30))
    assert store.lasts, store.notices
    store.close()
    mended = Store(path, LINKEDIN)
    assert all(mended.by_content(digest) for digest, _ in photos)
    assert mended.notices == []
    mended.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE file",
        "DROP TABLE result",
        "DROP INDEX by_content",
        "DROP TABLE fingerprint",
        "ALTER TABLE file ADD COLUMN x",
    ],
)
def test_a_table_that_is_missing_is_damage(path: Path, statement: str) -> None:
    kept(path, Checked(OUTCOME, FACTS))
    with sqlite3.connect(path) as made:
        made.execute(statement)
    made.close()
    store = Store(path, LINKEDIN)
    assert store.known(FACTS).result is None
    assert "damaged; it was renamed" in store.notices[0]
    (number,) = store.keep([Checked(OUTCOME, FACTS)])
    assert store.by_content("ab" * 16) == (number, False)
    store.close()


def test_database_of_another_version_or_program_is_set_aside(path: Path) -> None:
    for statement in (f"PRAGMA user_version = {database._VERSION + 1}", "PRAGMA application_id = 5"):
        kept(path, Checked(OUTCOME, FACTS))
        with sqlite3.connect(path) as made:
            made.execute(statement)
        made.close()
        store = Store(path, LINKEDIN)
        assert store.known(FACTS).result is None
        assert "renamed" in store.notices[0]
        store.close()
        for file in path.parent.iterdir():
            file.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows renames no open file")
def test_setting_a_file_aside_leaves_the_log_of_the_next_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    path.write_bytes(b"damaged " * 999)
    rename, others = Path.replace, []

    def replace_and_be_overtaken(source: Path, target: Path) -> None:
        rename(source, target)
        others.append(Store(path, LINKEDIN))
        others[0].keep([Checked(OUTCOME, FACTS)])

    monkeypatch.setattr(Path, "replace", replace_and_be_overtaken)
    store = Store(path, LINKEDIN)
    assert store.known(FACTS).result is not None
    store.close()
    others[0].close()
    again = Store(path, LINKEDIN)
    assert (again.known(FACTS).result is not None, again.notices) == (True, [])
    again.close()


def test_where_nothing_can_be_written_the_scan_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    store = Store(tmp_path / "file" / "scan.sqlite", LINKEDIN)
    (number,) = store.keep([Checked(OUTCOME, FACTS)])
    assert store.by_content("ab" * 16) == (number, False)
    assert "not kept" in store.notices[0]
    assert not store.lasts
    store.close()


def test_disk_that_fills_up_costs_no_result(path: Path) -> None:
    store = Store(path, LINKEDIN)
    (first,) = store.keep([Checked(OUTCOME, FACTS)])
    pages = store.database.execute("PRAGMA kept.page_count").fetchone()[0]
    store.database.execute(f"PRAGMA kept.max_page_count = {pages}")  # what a full disk answers
    numbers = [
        store.keep([Checked(replace(OUTCOME, digest=f"{number:032x}", preview=bytes(3000)), FACTS)])[0]
        for number in range(20)
    ]
    assert len({first, *numbers}) == 21
    assert all(store.verdict_of(number) == ("retake", 41) for number in numbers)
    assert len(store.notices) == 1
    assert "full" in store.notices[0]
    assert not store.lasts
    store.close()
    again = Store(path, LINKEDIN)
    assert again.by_content("ab" * 16) is not None
    again.close()


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_store import LINKEDIN, OUTCOME, FACTS, Checked, Store
store = Store(Path(sys.argv[1]), LINKEDIN)
print("open", flush=True)
sys.stdin.readline()
for number in range(150):
    name = f"{number:032x}" if number % 2 else sys.argv[2] + f"{number:031x}"
    store.keep([Checked(replace(OUTCOME, digest=name), replace(FACTS, path=name))])
store.close()
print("notices:", store.notices)
"""


def test_two_processes_write_at_once(path: Path) -> None:
    here = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONPATH": str(Path(here).parent)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), letter, here],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for letter in "ab"
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
    said = []
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        said.append(writer.communicate(timeout=120)[0])
        assert writer.returncode == 0
    assert said == ["notices: []\n"] * 2
    with sqlite3.connect(path) as made:
        assert made.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert made.execute("SELECT count(*), count(DISTINCT digest) FROM result").fetchone() == (225, 225)
    made.close()


def test_two_processes_open_a_new_file_at_once(path: Path) -> None:
    code = "import sys; from test_store import *; store = Store(Path(sys.argv[1]), LINKEDIN)"
    code += "; store.keep([Checked(OUTCOME, FACTS)]); store.close(); print(store.notices)"
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    command = [sys.executable, "-c", code, str(path)]
    openers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    assert [opener.communicate(timeout=120)[0] for opener in openers] == ["[]\n"] * 3


def test_cache_folder_is_the_systems_own() -> None:
    home = Path("/home/me")
    assert cache_folder({}, platform="linux", home=home) == home / ".cache/headshot-check"
    assert cache_folder({"XDG_CACHE_HOME": "/x"}, platform="linux", home=home) == Path("/x/headshot-check")
    assert cache_folder({"XDG_CACHE_HOME": "x"}, platform="linux", home=home) == home / ".cache/headshot-check"
    assert cache_folder({}, platform="darwin", home=home) == home / "Library/Caches/headshot-check"
    assert cache_folder({"LOCALAPPDATA": "/l"}, platform="win32", home=home) == Path("/l/headshot-check")


def test_stand_in_tells_contents_apart(tmp_path: Path) -> None:
    digests = set()
    for number in range(5):
        (tmp_path / "a").write_bytes(photo_bytes(number))
        digests.add(outcome_of(Job(str(tmp_path / "a"), "a")).digest)
    assert len(digests) == 5
