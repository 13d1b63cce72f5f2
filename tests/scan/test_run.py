"""N files in, N rows out: each content is checked once, and a second run checks only what is new."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest
from fixture_photos import fixture
from scan_stand_ins import CountingPool, photo_bytes

from headshot_check import Checker
from headshot_check.errors import PhotoError, WeightsError
from headshot_check.scan.row import Row
from headshot_check.scan.run import Scan
from headshot_check.scan.work_queue import Done, WorkQueue, digest_of
from headshot_check.workers.jobs import Job, Outcome
from headshot_check.workers.worker import JobChecker


@pytest.fixture
def pool() -> Iterator[CountingPool]:
    made = CountingPool()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    long_ago = time.time() - 3600
    os.utime(folder / name, (long_ago, long_ago))


def some(folder: Path, count: int = 20) -> None:
    for number in range(count):
        put(folder, f"{number}.jpg", photo_bytes(number))


def rows(scan: Scan) -> list[Row]:
    """Look, check all, and give the rows."""
    scan.look()
    for _ in scan.check():
        pass
    return list(scan.finished().rows())


def test_every_file_has_a_row_in_order(folder: Path, pool: CountingPool) -> None:
    some(folder)
    put(folder, "broken.jpg", b"broken")
    put(folder, "dies.jpg", b"dies")
    put(folder, "notes.txt", b"notes")
    with Scan([folder], pool=pool) as scan:
        got = rows(scan)
        finished = scan.finished()
    assert [row.name for row in got] == [*(f"{number}.jpg" for number in range(20)), "broken.jpg", "dies.jpg"]
    assert [row.report.source for row in got] == [str(folder / row.name) for row in got]
    assert [row.report.findings[0].cause for row in got[-2:]] == ["damaged", "worker_died"]
    assert finished.counts.verdicts == {"retake": 20, "unreadable": 2}
    assert (len(finished), finished.counts.skipped) == (22, {"not a picture": 1})
    assert all(row.digest == digest_of(row.path) for row in got[:-1])
    assert all(row.phash is not None and row.size for row in got[:20])


def test_second_run_checks_only_what_is_new_or_changed(folder: Path, pool: CountingPool) -> None:
    some(folder)
    put(folder, "broken.jpg", b"broken")
    with Scan([folder], pool=pool) as scan:
        first = rows(scan)
    pool.jobs.clear()
    with Scan([folder], pool=pool) as scan:
        again = rows(scan)
        assert (pool.jobs, scan.finished().counts.kept) == ([], 21)
    assert [row.report for row in again] == [row.report for row in first]
    assert (all(row.kept for row in again), any(row.kept for row in first)) == (True, False)
    put(folder, "3.jpg", photo_bytes(300))
    put(folder, "new.jpg", photo_bytes(301))
    (folder / "4.jpg").unlink()
    (folder / "5.jpg").rename(folder / "moved.jpg")
    with Scan([folder], pool=pool) as scan:
        after = rows(scan)
    assert sorted(pool.jobs) == [str(folder / "3.jpg"), str(folder / "new.jpg")]
    assert {row.name: row.kept for row in after}["moved.jpg"]
    assert "4.jpg" not in {row.name for row in after}


def test_failures_of_the_machine_are_tried_again(folder: Path, pool: CountingPool) -> None:
    put(folder, "dies.jpg", b"dies")
    put(folder, "gone.jpg", b"gone")
    for _ in range(2):
        with Scan([folder], pool=pool) as scan:
            assert rows(scan)[0].report.findings[0].cause == "worker_died"
    assert pool.jobs.count(str(folder / "dies.jpg")) == 2
    assert pool.jobs.count(str(folder / "gone.jpg")) == 1


def test_fresh_checks_all_again(folder: Path, pool: CountingPool) -> None:
    some(folder, 5)
    for fresh in (False, True, False):
        with Scan([folder], pool=pool, fresh=fresh) as scan:
            assert [row.kept for row in rows(scan)] == [len(pool.jobs) == 10 and not fresh] * 5
    assert len(pool.jobs) == 10


def test_same_content_is_checked_once_and_has_a_row_each(folder: Path, pool: CountingPool) -> None:
    some(folder, 3)
    for number in range(30):
        put(folder, f"copies/{number}.png", photo_bytes(number % 3))
        put(folder, f"broken/{number}.jpg", b"broken")
    with Scan([folder], pool=pool) as scan:
        got = rows(scan)
        groups = scan.finished().groups
    assert (len(got), len(pool.jobs)) == (63, 4)
    assert not any(row.kept for row in got)
    for row in got:
        assert row.report.source == row.path
        if row.report.verdict == "unreadable":
            assert row.report.findings[0].message.startswith(f"{row.path}: ")
    assert sorted(len(group.members) for group in groups) == [11, 11, 11]


def test_a_copy_of_a_photo_that_vanishes_has_a_result_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies wait for the first of them, but what became of its file is not theirs."""
    names = ["0.jpg", "1.jpg", "2.jpg"]
    for name in names:
        put(folder, name, photo_bytes(7))
    gone, last = threading.Event(), folder / names[-1]

    class Waiting(CountingPool):
        def _do(self, job: Job) -> Outcome:
            gone.wait(60)
            return super()._do(job)

    def vanishes(path: str) -> str | None:
        digest = digest_of(path)
        if path == str(last):
            (folder / "0.jpg").unlink(missing_ok=True)
            gone.set()
        return digest

    monkeypatch.setattr("headshot_check.scan.work_queue.digest_of", vanishes)
    pool = Waiting(1)
    with closing(pool), Scan([folder], pool=pool) as scan:
        got = rows(scan)
    assert [row.report.verdict for row in got] == ["unreadable", "retake", "retake"]
    assert [Path(job).name for job in pool.jobs] == ["0.jpg", "1.jpg"]


def test_few_are_under_way_at_a_time(folder: Path) -> None:
    some(folder, 60)
    pool = CountingPool(3, seconds=0.001)
    with closing(pool), Scan([folder], pool=pool) as scan:
        assert len(rows(scan)) == 60
    assert 3 <= pool.most_waiting <= 6


def test_stopped_scan_goes_on_where_it_was(folder: Path, pool: CountingPool) -> None:
    some(folder, 40)
    with Scan([folder], pool=pool) as scan:
        assert scan.look() == 40
        with closing(scan.check()) as checked:
            for _, done in zip(range(10), checked, strict=False):
                assert done.verdict == "retake"
        assert scan.done() >= 10
        finished = scan.finished()
        assert len(finished) == len(list(finished.rows())) == scan.done()
    done = len(pool.jobs)
    with Scan([folder], pool=pool) as scan:
        assert len(rows(scan)) == 40
    assert len(pool.jobs) <= 40 + pool.workers
    assert done < 40


def test_stop_wakes_a_scan_that_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some(folder, 40)
    waits, let_go, wait = threading.Event(), threading.Event(), WorkQueue.wait

    class Held(CountingPool):
        """Does two jobs, and the others when it is let go."""

        def _do(self, job: Job) -> Outcome:
            if len(self.jobs) == 2:
                let_go.wait(60)  # a stop that wakes nobody fails instead of hanging
            return super()._do(job)

    def waited(queue: WorkQueue) -> Iterator[Done]:
        waits.set()
        return wait(queue)

    def stop_while_it_waits() -> None:
        waits.wait()
        scan.stop()

    monkeypatch.setattr(WorkQueue, "wait", waited)
    pool, shown = Held(1), 0
    with closing(pool), Scan([folder], pool=pool) as scan:
        assert scan.look() == 40
        for _ in scan.check():
            shown += 1
            if shown == 2:
                waits.clear()
                threading.Thread(target=stop_while_it_waits).start()
        let_go.set()
        assert scan.stopped
        assert shown == scan.done() == 2
        assert list(scan.check()) == []


def test_stop_is_heard_among_photos_that_are_known(folder: Path, pool: CountingPool) -> None:
    put(folder, "first.jpg", photo_bytes(0))
    with Scan([folder], pool=pool) as scan:
        rows(scan)
    for number in range(100):
        put(folder, f"copy{number}.jpg", photo_bytes(0))
    with Scan([folder], pool=pool) as scan:
        scan.look()
        given = 0
        for _ in scan.check():
            given += 1
            scan.stop()
        assert (given, scan.looked) == (1, True)


def test_a_look_that_is_stopped_has_not_seen_all(folder: Path, pool: CountingPool) -> None:
    some(folder, 250)
    with Scan([folder], pool=pool) as scan:
        scan.look(found=lambda number: scan.stop())
        assert (len(scan), scan.looked) == (100, False)
        scan.stopped = False
        assert (scan.look(), scan.looked) == (250, True)


def test_rows_are_complete_from_the_front(folder: Path, pool: CountingPool) -> None:
    some(folder, 30)
    with Scan([folder], pool=pool) as scan:
        scan.look()
        complete = 0
        for _ in scan.check():
            before, complete = complete, scan.prefix(complete)
            assert len(list(scan.documents(before, complete))) == complete - before
        assert complete == 30


def test_photo_that_vanishes_has_a_row(folder: Path, pool: CountingPool) -> None:
    some(folder, 5)
    with Scan([folder], pool=pool) as scan:
        scan.look()
        (folder / "3.jpg").unlink()
        for _ in scan.check():
            pass
        assert [row.report.verdict for row in scan.finished().rows()] == ["retake"] * 3 + ["unreadable", "retake"]


def test_photo_that_changes_meanwhile_is_known_as_what_was_checked(folder: Path, pool: CountingPool) -> None:
    some(folder, 3)
    with Scan([folder], pool=pool) as scan:
        scan.look()
        (folder / "1.jpg").write_bytes(b"another content, written after the look")
        for _ in scan.check():
            pass
    pool.jobs.clear()
    with Scan([folder], pool=pool) as scan:
        got = rows(scan)
    assert pool.jobs == []
    assert got[1].digest == digest_of(got[1].path)


def test_folder_that_is_watched_is_looked_at_again(folder: Path, pool: CountingPool) -> None:
    some(folder, 3)
    put(folder, "dies.jpg", b"dies")
    with Scan([folder], pool=pool) as scan:
        assert scan.look(exclude=[folder / "2.jpg"]) == 3
        list(scan.check())
        assert [row.name for row in scan.finished().rows()] == ["0.jpg", "1.jpg", "dies.jpg"]
        put(folder, "9.jpg", photo_bytes(9))
        assert scan.look() == 2
        list(scan.check())
        assert [row.kept for row in scan.finished().rows()] == [False] * 5
    assert len(pool.jobs) == 5


def test_file_that_may_still_be_written_waits_for_the_next_look(folder: Path, pool: CountingPool) -> None:
    some(folder, 2)
    (folder / "new.jpg").write_bytes(photo_bytes(3))
    with Scan([folder], pool=pool) as scan:
        assert scan.look(quiet_s=600) == 2
        assert scan.look() == 3


def test_thumbnails_are_only_kept_beside_reports(folder: Path, pool: CountingPool, tmp_path: Path) -> None:
    some(folder, 3)
    with Scan([folder], pool=pool) as scan:
        assert [row.thumbnail for row in rows(scan)] == [None] * 3
    with Scan([folder], pool=pool, out=tmp_path / "out") as scan:
        assert all((row.thumbnail or b"").startswith(b"\xff\xd8") for row in rows(scan))
        assert scan.store == tmp_path / "out" / "scan.sqlite"


def test_folder_of_reports_is_not_scanned(folder: Path, pool: CountingPool) -> None:
    some(folder, 2)
    put(folder, "report/overlay.jpg", photo_bytes(7))
    with Scan([folder], pool=pool, out=folder / "report") as scan:
        assert len(rows(scan)) == 2


def test_reports_may_lie_beside_the_photos(folder: Path, pool: CountingPool) -> None:
    some(folder, 2)
    with Scan([folder], pool=pool, out=folder) as scan:
        assert len(rows(scan)) == 2


def test_folder_that_cannot_be_written_to_is_said_at_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(PermissionError, match="not permitted"):
        Scan([folder], out=tmp_path / "out")


def test_nothing_is_kept_where_that_is_asked(folder: Path, pool: CountingPool) -> None:
    some(folder, 3)
    for _ in range(2):
        with Scan([folder], pool=pool, keep=False) as scan:
            assert len(rows(scan)) == 3
            assert (scan.keeps, scan.notices) == (False, ())
    assert len(pool.jobs) == 6


def test_missing_place_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no such folder"):
        Scan([tmp_path / "missing"])


def test_what_spares_no_photo_ends_the_scan_and_keeps_what_is_done(folder: Path) -> None:
    some(folder, 10)

    class Failing(CountingPool):
        def submit(self, job: Job) -> Future[Outcome]:
            if job.name.endswith("5.jpg"):
                failed: Future[Outcome] = Future()
                failed.set_exception(WeightsError("a network's file is damaged"))
                return failed
            return super().submit(job)

    pool = Failing(1)
    with closing(pool), Scan([folder], pool=pool) as scan:
        scan.look()
        with pytest.raises(WeightsError):
            list(scan.check())
    after = CountingPool(1)
    with closing(after), Scan([folder], pool=after) as scan:
        assert len(rows(scan)) == 10
    assert len(pool.jobs) + len(after.jobs) <= 10 + 1


def test_results_that_arrive_with_a_failure_are_kept(folder: Path) -> None:
    some(folder, 2)

    class Together(CountingPool):
        """Both jobs end before the scan waits for them; the second one fails for all photos."""

        def submit(self, job: Job) -> Future[Outcome]:
            future = super().submit(job)
            future.exception()
            return future

        def _do(self, job: Job) -> Outcome:
            if job.name.endswith("1.jpg"):
                raise WeightsError("a network's file is damaged")
            return super()._do(job)

    pool = Together(1)
    with closing(pool), Scan([folder], pool=pool) as scan:
        scan.look()
        with pytest.raises(WeightsError):
            list(scan.check())
        assert scan.done() == 1


def test_damaged_result_is_a_row_that_says_so(folder: Path, pool: CountingPool) -> None:
    some(folder, 3)
    with Scan([folder], pool=pool) as scan:
        rows(scan)
        scan._store.database.execute("UPDATE kept.result SET report = x'00' WHERE id = 2")
        causes = [row.report.findings[0].cause for row in scan.finished().rows()]
    assert causes.count("read_error") == 1


def test_same_reports_as_check(folder: Path) -> None:
    """With the networks, in this process: a scan's rows are what `check` says."""
    for name in ("drivers_seat_selfie", "soft_office"):
        put(folder, f"{name}.jpg", fixture(name).read_bytes())

    class Here:
        workers = 1

        def __init__(self) -> None:
            self.checker: JobChecker | None = None

        def submit(self, job: Job) -> Future[Outcome]:
            self.checker = self.checker or JobChecker(scan.policy)
            done: Future[Outcome] = Future()
            done.set_result(self.checker.outcome(job))
            return done

        def close(self) -> None:
            pass

    with Scan([folder], pool=Here()) as scan:
        got = rows(scan)
    checker = Checker()
    assert [row.report.to_dict() for row in got] == [checker.check(row.path).to_dict() for row in got]


TWO_SCANS = """
import sys
from pathlib import Path
from contextlib import closing
from headshot_check.scan.run import Scan
from scan_stand_ins import CountingPool
pool = CountingPool(2, seconds=0.002)
with closing(pool), Scan([sys.argv[1]], out=Path(sys.argv[2]), pool=pool) as scan:
    scan.look()
    for _ in scan.check():
        pass
    finished = scan.finished()
    print(len(list(finished.rows())), len(finished), scan.notices)
"""


def test_two_scans_of_one_folder_into_one_store(folder: Path, tmp_path: Path) -> None:
    some(folder, 200)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", TWO_SCANS, str(folder), str(tmp_path / "out")]
    scans = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    assert [scan.communicate(timeout=120)[0] for scan in scans] == ["200 200 ()\n"] * 2


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headshot_check.scan.run.cache_folder", lambda: tmp_path / "cache")


def test_a_user_without_a_home_is_told_that_nothing_is_kept(
    folder: Path, pool: CountingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("headshot_check.scan.run.cache_folder", homeless)
    some(folder, 2)
    with Scan([folder], pool=pool) as scan:
        assert len(rows(scan)) == 2
        assert not scan.keeps
        assert any("no home folder" in notice for notice in scan.notices)
    with Scan([folder], pool=pool, keep=False) as scan:
        assert not scan.notices
