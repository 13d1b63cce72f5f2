"""The worker pool: one outcome for every photo, whatever happens to a worker, and nothing left behind."""

from __future__ import annotations

import hashlib
import io
import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

import pytest
from fixture_photos import fixture, fixtures
from hostile import encoded, make_hostile_files
from PIL import Image

from headshot_check import Checker, CropError, PhotoError, load_policy
from headshot_check.checker import cropped_here
from headshot_check.photo import PhotoLimits
from headshot_check.scan.ray import check_dataset
from headshot_check.scan.run import Scan
from headshot_check.workers import process, worker_slot
from headshot_check.workers.jobs import THUMBNAIL_PX, Call, Job, Outcome
from headshot_check.workers.pool import WAITING_PER_WORKER, WorkerError, WorkerPool

posix = pytest.mark.skipif(os.name == "nt", reason="signals")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")
PHOTO = fixture("drivers_seat_selfie")
_LIMIT_S = 4.0
"""a photo takes a tenth of a second, on a busy machine half a second"""


def policy_name(checker: Checker) -> str:
    return checker.policy.name


def fails(checker: Checker, error: Exception) -> None:
    raise ZeroDivisionError(str(error))


def job(name: str = "photo", source: Path | bytes = PHOTO, **rest: object) -> Job:
    return Job(source if isinstance(source, bytes) else str(source), name, **rest)  # type: ignore[arg-type]


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers in which the names of tests/scan/misbehaving.py do what they say."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setattr(process, "_RUN", f"import misbehaving; {process._RUN}")


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(workers=1, time_limit_s=60) as opened:
        yield opened


def children() -> set[int]:
    """Processes that this one has started and not yet waited for."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(status.parent.name))
    return found


def test_an_outcome_holds_what_a_check_says_and_what_tells_the_file(pool: WorkerPool) -> None:
    outcome = pool.submit(job("holiday/me.jpg")).result(60)
    data = PHOTO.read_bytes()
    assert outcome.report.to_dict() == {**Checker().check(PHOTO).to_dict(), "source": "holiday/me.jpg"}
    assert outcome.digest == hashlib.blake2b(data, digest_size=16).hexdigest()
    assert outcome.size == len(data)
    with Image.open(PHOTO) as image:
        shape = image.size
    assert outcome.phash is not None
    assert outcome.seconds > 0
    assert outcome.preview is not None
    with Image.open(io.BytesIO(outcome.preview)) as small:
        assert small.format == "JPEG"
        assert max(small.size) == THUMBNAIL_PX
        assert small.width / small.height == pytest.approx(shape[0] / shape[1], rel=0.02)


def test_bytes_are_checked_like_the_file_they_came_from(pool: WorkerPool) -> None:
    from_path, from_bytes = (pool.submit(job("x", source)).result(60) for source in (PHOTO, PHOTO.read_bytes()))
    assert replace(from_path, seconds=0) == replace(from_bytes, seconds=0)


def test_a_job_may_have_its_own_policy_and_no_preview(pool: WorkerPool) -> None:
    policy = load_policy("id-photo")
    outcome = pool.submit(job(policy=policy, preview_px=0)).result(60)
    assert outcome.report.to_dict() == {**Checker(policy).check(PHOTO).to_dict(), "source": "photo"}
    assert outcome.preview is None
    assert pool.submit(job()).result(60).report.policy == "linkedin"


def test_a_preview_is_never_enlarged(pool: WorkerPool) -> None:
    outcome = pool.submit(job(source=encoded(Image.open(PHOTO).resize((96, 120))))).result(60)
    assert outcome.preview is not None
    assert Image.open(io.BytesIO(outcome.preview)).size == (96, 120)


def test_hostile_files_have_the_outcome_that_checking_them_here_has(pool: WorkerPool, tmp_path: Path) -> None:
    files = [path for path, _ in make_hostile_files(tmp_path)][:30]
    here = Checker()
    for asked, outcome in pool.run(job(str(path), path, preview_px=0) for path in files):
        assert outcome.report.to_dict() == here.check(asked.name).to_dict(), asked.name
        unreadable = outcome.report.verdict == "unreadable"
        assert (outcome.phash is None) == unreadable
        assert outcome.preview is None


def test_files_over_the_limit_are_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(1 << 40)  # a terabyte that takes no room
    with WorkerPool(workers=1, limits=PhotoLimits(max_bytes=1 << 20)) as strict:
        outcome = strict.submit(job(source=large)).result(60)
    assert outcome.report.findings[0].cause == "too_many_bytes"
    assert outcome.digest is None


@pytest.mark.usefixtures("misbehaving")
def test_a_worker_that_dies_costs_one_photo() -> None:
    lost = {
        "exits-1": ("worker_died", "status 3"),
        "exits-2": ("worker_died", "status 3"),
        "memory-1": (
            "out_of_memory",
            "needs more memory than there is. Check a smaller copy of it, or use fewer workers.",
        ),
        "fault-1": ("check_failed", "ZeroDivisionError"),
    }
    if os.name != "nt":
        lost |= {"segfault-1": ("worker_died", "SIGSEGV"), "killed-1": ("worker_died", "SIGKILL")}
    names = [name for number, one in enumerate(lost) for name in (str(number), one)]  # a good one before each
    with WorkerPool(workers=2, time_limit_s=60) as pool:
        done = {asked.name: outcome.report for asked, outcome in pool.run((job(name) for name in names), ordered=False)}
    assert set(done) == set(names)
    for name, report in done.items():
        if name not in lost:
            assert report.verdict == "retake", name
            continue
        finding, (cause, says) = report.findings[0], lost[name]
        assert (report.verdict, report.source, finding.cause) == ("unreadable", name, cause)
        assert says in finding.message
        assert finding.message.startswith(f"{name}: ")
        assert report.retake


@posix
@pytest.mark.usefixtures("misbehaving")
def test_a_worker_that_is_killed_from_outside_costs_nothing_and_its_photo_is_tried_again_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("MISBEHAVING_LOG", str(log))
    names = ["logged-1", "once-1", "logged-2", "logged-3", "twice-1", "once-2", "logged-4", "logged-5"]
    with WorkerPool(workers=3, time_limit_s=60) as pool:
        done = {asked.name: outcome.report for asked, outcome in pool.run(map(job, names), ordered=False)}
    assert {name: report.verdict for name, report in done.items()} == dict.fromkeys(names, "retake")
    running: set[str] = set()
    tries = dict.fromkeys(names, 0)
    for what, name in (line.split() for line in log.read_text(encoding="utf-8").splitlines()):
        if what == "begin":
            tries[name] += 1
            if tries[name] > 1:
                assert running <= {name}, f"{name} was tried again beside {running}"
            running.add(name)
        else:
            running.discard(name)
        running -= {one for one in running if one.startswith(("once", "twice")) and one != name}  # they are dead
    assert {name: count for name, count in tries.items() if count > 1} == {"once-1": 2, "once-2": 2, "twice-1": 3}


@pytest.mark.usefixtures("misbehaving")
def test_a_call_has_a_limit_too_and_its_errors_come_back() -> None:
    with WorkerPool(workers=1, time_limit_s=_LIMIT_S) as pool:
        with pytest.raises(PhotoError) as caught:
            pool.call(Call(policy_name, (), "hangs-1")).result(60)
        assert caught.value.code == "timed_out"
        assert pool.call(Call(policy_name, (), "a")).result(60) == "linkedin"
        assert pool.call(Call(setattr, ("probe", 1), "a")).result(60) is None
        assert pool.call(Call(policy_name, (), "a", load_policy("resume"))).result(60) == "resume"
        with pytest.raises(PhotoError) as caught:
            pool.call(Call(fails, (CropError("there is nothing to crop"),), "a")).result(60)
        assert caught.value.code == "check_failed"
        with pytest.raises(CropError, match="poster"):
            pool.call(Call(cropped_here, (PHOTO.read_bytes(), "a", "poster", None, False), "a")).result(60)


def _die_on_arrival(status: int) -> None:
    os._exit(status)


class DiesOnArrival:
    """An argument that ends whoever unpickles it, as a photo does that is too large for the memory there is."""

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return _die_on_arrival, (77,)


def test_a_job_that_kills_its_worker_on_arrival_is_not_tried_for_ever() -> None:
    with WorkerPool(workers=1, time_limit_s=60) as pool:
        assert pool.call(Call(policy_name, (), "a")).result(60) == "linkedin"
        with pytest.raises(PhotoError, match="needs more memory than there is") as caught:
            pool.call(Call(policy_name, (DiesOnArrival(),), "a")).result(30)
        assert caught.value.code == "out_of_memory"
        assert pool.call(Call(policy_name, (), "a")).result(60) == "linkedin"


def test_a_call_goes_before_the_jobs_that_wait() -> None:
    order: list[str] = []
    with WorkerPool(workers=1) as pool:
        jobs = [pool.submit(job(str(number))) for number in range(6)]
        called = pool.call(Call(policy_name, (), "call"))  # while the worker starts
        done = {called: "call", **{one: str(at) for at, one in enumerate(jobs)}}
        for future in done:
            future.add_done_callback(lambda one: order.append(done[one]))
        for future in done:
            future.result(60)
    assert order.index("call") <= 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_workers_of_its_own() -> None:
    code = f"""
        import faulthandler, os
        from headshot_check.workers.jobs import Job
        from headshot_check.workers.pool import WorkerPool

        pool = WorkerPool(workers=1)
        job = Job({str(PHOTO)!r}, "me")
        assert pool.submit(job).result(60).report.verdict == "retake"
        child = os.fork()
        if child == 0:
            faulthandler.dump_traceback_later(100, exit=True)
            assert pool.submit(job).result(60).report.verdict == "retake"
            raise SystemExit(0)
        print(os.waitpid(child, 0)[1], pool.submit(job).result(60).report.verdict)
    """
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert (done.stdout, done.stderr) == ("0 retake\n", "")


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.parametrize("kind", ["hangs", "spins"])
def test_a_worker_that_takes_too_long_costs_one_photo(kind: str) -> None:
    with WorkerPool(workers=2, time_limit_s=_LIMIT_S) as pool:
        late = pool.submit(job(f"{kind}-1"))
        others = [pool.submit(job(str(number))) for number in range(4)]
        assert {other.result(60).report.verdict for other in others} == {"retake"}
        report = late.result(60).report
        assert report.findings[0].cause == "timed_out"
        assert f"{_LIMIT_S:g} s" in report.findings[0].message
        assert pool.submit(job("again")).result(60).report.verdict == "retake"


@posix
@linux
def test_a_worker_that_is_killed_while_idle_costs_nothing(pool: WorkerPool) -> None:
    before = children()
    assert pool.submit(job()).result(60).report.verdict == "retake"
    (worker,) = children() - before
    os.kill(worker, signal.SIGKILL)
    assert pool.submit(job()).result(60).report.verdict == "retake"


@posix
@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_to_the_whole_group_leave_a_worker_alone(pool: WorkerPool, number: int) -> None:
    before = children()
    asked = [pool.submit(job(str(n))) for n in range(3)]
    while not children() - before:
        time.sleep(0.001)
    (worker,) = children() - before
    while not asked[-1].done():
        os.kill(worker, number)
        time.sleep(0.02)
    assert {future.result().report.verdict for future in asked} == {"retake"}
    assert children() - before == {worker}


@linux
@pytest.mark.usefixtures("misbehaving")
def test_no_process_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    with WorkerPool(workers=2, time_limit_s=60) as pool:
        hanging = pool.submit(job("hangs-1"))
        pool.submit(job()).result(60)
        assert len(children() - before) == 2
        start = time.monotonic()
    assert time.monotonic() - start < 30  # the job would hang for 60 s
    assert children() == before
    with pytest.raises(CancelledError):
        hanging.result(0)


@linux
def test_workers_start_when_there_is_work_and_no_more_than_there_is_work() -> None:
    before = children()
    with WorkerPool(workers=8) as pool:
        assert children() == before
        for _ in range(3):
            pool.submit(job()).result(60)
        assert len(children() - before) == 1
    assert children() == before


@linux
def test_a_forgotten_pool_ends_its_workers() -> None:
    before = children()
    pool = WorkerPool(workers=1)
    pool.submit(job()).result(60)
    del pool
    assert children() == before


@pytest.mark.usefixtures("misbehaving")
def test_a_waiting_job_can_be_cancelled_and_close_cancels_the_rest() -> None:
    pool = WorkerPool(workers=1, time_limit_s=60)
    first, second, third = (pool.submit(job(name)) for name in ("hangs-1", "b", "c"))
    while not first.running():
        time.sleep(0.01)
    assert not first.cancel()
    assert second.cancel()
    pool.close()
    assert third.cancelled()
    pool.close()
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(job())


def test_many_threads_may_submit_at_once() -> None:
    names = [each.name for each in fixtures()][:6]
    done: dict[str, Outcome] = {}
    with WorkerPool(workers=2) as pool:

        def ask(name: str) -> None:
            done[name] = pool.submit(job(name, fixture(name), preview_px=0)).result(60)

        threads = [threading.Thread(target=ask, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {name: outcome.report.source for name, outcome in done.items()} == {name: name for name in names}


def test_run_takes_few_jobs_ahead_and_keeps_the_order() -> None:
    taken: list[str] = []

    def jobs() -> Iterator[Job]:
        for number in range(10**9):
            taken.append(str(number))
            yield job(str(number), b"no picture", preview_px=0)

    with WorkerPool(workers=2) as pool:
        run = pool.run(jobs())
        given = [asked.name for asked, _ in (next(run) for _ in range(50))]
        assert given == [str(number) for number in range(50)]
        assert len(taken) <= 50 + 2 * WAITING_PER_WORKER
        run.close()  # type: ignore[attr-defined]


def test_run_gives_outcomes_as_they_are_done() -> None:
    slow = fixture("backlit").read_bytes()
    with WorkerPool(workers=2) as pool:
        names = [
            asked.name for asked, _ in pool.run([job("slow", slow), *(job(n, b"x") for n in "abc")], ordered=False)
        ]
    assert sorted(names) == ["a", "b", "c", "slow"]


@pytest.mark.usefixtures("misbehaving")
def test_what_a_worker_prints_does_not_come_between() -> None:
    with WorkerPool(workers=1, time_limit_s=60) as pool:
        assert pool.submit(job("prints-1")).result(60).report.verdict == "retake"


def test_workers_that_cannot_start_are_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_RUN", "sys.exit(5)")
    with WorkerPool(workers=2) as pool, pytest.raises(WorkerError, match="workers=1"):
        pool.submit(job()).result(60)


@pytest.mark.parametrize("threads", [0, 1])
def test_where_the_system_has_no_more_threads_those_there_are_work(
    monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    start, started = threading.Thread.start, []

    def start_few(thread: threading.Thread) -> None:
        if thread.name == "headshot-worker":
            if len(started) == threads:
                raise RuntimeError("can't start new thread")
            started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_few)
    with WorkerPool(workers=4, time_limit_s=60) as pool:
        if threads:
            done = [pool.call(Call(policy_name, (), "a")) for _ in range(6)]
            assert [future.result(60) for future in done] == ["linkedin"] * 6
        else:
            with pytest.raises(WorkerError, match="can't start new thread"):
                pool.submit(job())


def test_a_damaged_network_is_an_error_and_no_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = f"from pathlib import Path; import headshot_check.nets.runtime as r; r.WEIGHTS = Path({str(tmp_path)!r}); "
    monkeypatch.setattr(process, "_RUN", run + process._RUN)
    from headshot_check import WeightsError

    with WorkerPool(workers=1) as pool, pytest.raises(WeightsError):
        pool.submit(job()).result(60)


@pytest.mark.parametrize("workers", [0, -1])
def test_bad_arguments_are_refused(workers: int) -> None:
    with pytest.raises(ValueError, match="workers"):
        WorkerPool(workers=workers)


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, 1e300, 86_401])
def test_a_time_limit_that_no_clock_takes_is_refused(seconds: float, tmp_path: Path) -> None:
    for build in (
        lambda: WorkerPool(time_limit_s=seconds),
        lambda: Scan([tmp_path], keep=False, time_limit_s=seconds),
        lambda: list(Checker().check_many([PHOTO], workers=2, time_limit_s=seconds)),
        lambda: check_dataset(None, time_limit_s=seconds),
    ):
        with pytest.raises(ValueError, match="time limit must be above 0 and at most 86,400 seconds"):
            build()


def test_the_longest_time_limit_is_one_that_clocks_take() -> None:
    with WorkerPool(workers=1, time_limit_s=86_400) as pool:
        assert pool.submit(job()).result(60).report.verdict == "retake"


def test_a_frozen_program_starts_its_workers_by_multiprocessing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_slot, "start_worker", process._SpawnedWorker)
    with WorkerPool(workers=1) as pool:
        assert pool.submit(job()).result(60).report.verdict == "retake"


_SCRIPT = f"""
    from headshot_check import Checker
    reports = Checker().check_many([{str(PHOTO)!r}] * 3, workers=2)
    print(*(report.verdict for report in reports))
"""


@pytest.mark.parametrize("how", ["file", "-c", "stdin"])
def test_scripts_need_no_guard(how: str, tmp_path: Path) -> None:
    code = textwrap.dedent(_SCRIPT)
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    given = {"file": [str(script)], "-c": ["-c", code], "stdin": ["-"]}[how]
    command = [sys.executable, "-W", "error", *given]
    done = subprocess.run(command, input=code, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.split(), done.stderr) == (["retake"] * 3, "")


_LONG = f"""
    import os, sys, time
    from pathlib import Path
    from headshot_check.workers.jobs import Job
    from headshot_check.workers.pool import WorkerPool

    pool = WorkerPool(workers=2)
    jobs = (Job({str(PHOTO)!r}, str(number)) for number in range(10**9))
    for job, _ in pool.run(jobs):
        if job.name == "3":
            me = str(os.getpid())
            stats = [path.read_text().rpartition(")") for path in Path("/proc").glob("[0-9]*/stat")]
            print(*(head.split()[0] for head, _, rest in stats if rest.split()[1] == me), flush=True)
"""


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_their_parent_however_it_ends(number: int) -> None:
    code = textwrap.dedent(_LONG)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(workers) == 2
        os.killpg(parent.pid, number)  # as a terminal does: the whole group
        _, said = parent.communicate(timeout=60)
    assert "worker.py" not in said  # not a word from the workers
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.05)


_ORPHAN = """
    import sys, time
    from pathlib import Path
    from headshot_check.workers import process, worker_slot
    from headshot_check.workers.jobs import Job
    from headshot_check.workers.pool import WorkerPool

    sys.path.insert(0, {folder!r})
    process._RUN = "import misbehaving; " + process._RUN
    pool = WorkerPool(workers=1, time_limit_s=1)
    future = pool.submit(Job(b"", "spins-1"))
    while not future.running() or not pool._state.processes:
        time.sleep(0.01)
    time.sleep({loads_s})
    print(*(pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()), flush=True)
    time.sleep(60)
"""


@linux
@pytest.mark.slow
def test_a_worker_that_hangs_ends_itself_when_its_parent_is_gone() -> None:
    code = textwrap.dedent(_ORPHAN).format(folder=str(Path(__file__).parent), loads_s=0.9)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        (worker,) = parent.stdout.readline().split()
        parent.kill()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@linux
@pytest.mark.slow
def test_memory_stays_flat_over_pictures_of_all_sizes(pool: WorkerPool) -> None:
    def resident_mb() -> float:
        (worker,) = new
        status = Path(f"/proc/{worker}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in status if line.startswith("VmRSS"))) / 1024

    before = children()
    pictures = [Image.open(each.path).convert("RGB") for each in fixtures()]
    sizes = [0.2, 0.35, 0.5, 0.75, 1.0, 1.4]
    files = [
        encoded(one.resize((int(one.width * sizes[at % 6]), int(one.height * sizes[at % 6]))), kind)
        for at, one in enumerate(pictures)
        for kind in ("JPEG", "PNG", "WEBP")
    ]
    seen: list[float] = []
    for done, _ in enumerate(pool.run(job(str(n), files[n % len(files)]) for n in range(900)), 1):
        new = children() - before
        if done % 30 == 0:
            seen.append(resident_mb())
    assert max(seen[-10:]) - max(seen[5:15]) < 10, seen


@linux
@pytest.mark.parametrize("own", [None, "glibc.malloc.arena_max=1"])
def test_a_worker_asks_for_large_pages_unless_told_otherwise(own: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    if own is not None:
        monkeypatch.setenv("GLIBC_TUNABLES", own)
    worker = process._InterpreterWorker()
    try:
        place, until, told = Path(f"/proc/{worker._process.pid}/environ"), time.monotonic() + 30, b""
        while not told and time.monotonic() < until:  # empty for a moment while the program is replaced
            told = place.read_bytes()
    finally:
        assert worker.end() == 0
    assert f"GLIBC_TUNABLES={own or 'glibc.malloc.hugetlb=1'}".encode() in told.split(b"\0")
