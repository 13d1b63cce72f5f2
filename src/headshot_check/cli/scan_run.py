"""Runs `headshot-check scan`: the scan, its progress, its reports, and the exit status."""

from __future__ import annotations

import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING, NamedTuple

from headshot_check.cli.arguments import ReportFormat, chosen_policy
from headshot_check.cli.outcome import FAILED, INTERRUPTED, fail, status_of
from headshot_check.cli.streams import reader_gone
from headshot_check.text import clean

if TYPE_CHECKING:
    from headshot_check.cli.scan_output import Output
    from headshot_check.scan.finished import Counts, FinishedScan
    from headshot_check.scan.run import Scan
    from headshot_check.views.terminal.progress import ScanProgress


class ScanRequest(NamedTuple):
    """The command line of `headshot-check scan`."""

    places: list[str]
    """folders and photos; with Ray also URLs"""
    format: ReportFormat
    policy: str | None
    out: str | None
    workers: int | None
    time_limit_s: float
    resume: bool
    open_report: bool
    watch: bool
    quiet: bool
    force: bool


def scan_locally(request: ScanRequest) -> int:
    """Scan with worker processes on this machine and return the exit status."""
    import sqlite3

    from headshot_check.cli.destination import check_destinations
    from headshot_check.cli.scan_output import output_for
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.scan.run import Scan

    try:
        policy, folder = chosen_policy(request.policy), _report_folder(request)
        if folder is not None:
            from headshot_check.views.scan_reports import foreign_files

            check_destinations(foreign_files(folder), request.places, force=request.force)
        with Scan(
            request.places,
            policy,
            out=folder,
            workers=request.workers,
            time_limit_s=request.time_limit_s,
            fresh=not request.resume,
        ) as scan:
            output = output_for(request.format, scan, watched=request.watch, quiet=request.quiet)
            return _watch(scan, output, request) if request.watch else _scan_once(scan, output, request)
    except HeadshotCheckError as error:
        return fail(error.message)
    except OSError as error:
        return fail(_not_written(error))
    except sqlite3.Error as error:  # a disk that is full, or fails: a store that cannot be written is only a note
        return fail(
            f"the scan's temporary database cannot be used ({error}): free space on the disk of temporary files, or "
            "set TMPDIR to a folder on another disk"
        )


def scan_on_ray(request: ScanRequest, address: str | None) -> int:
    """Scan on a Ray cluster and return the exit status."""
    from headshot_check.errors import HeadshotCheckError

    if request.out is None:
        return fail("--engine ray writes Parquet: say where with --out, a folder or a URL")
    if request.watch or request.open_report or request.format is not ReportFormat.text:
        return fail("--engine ray only writes to --out: leave out --format, --open and --watch")
    try:
        from headshot_check.scan.ray.cluster import scan_with_ray

        policy = chosen_policy(request.policy)
        counts = scan_with_ray(
            request.places,
            policy,
            request.out,
            address=address,
            workers=request.workers,
            time_limit_s=request.time_limit_s,
        )
    except HeadshotCheckError as error:
        return fail(error.message)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    from headshot_check.views.terminal.scan_page import render_counts

    render_counts(counts, policy, request.places, request.out)
    return _status(counts)


def _report_folder(request: ScanRequest) -> Path | None:
    """The folder of the reports; None if none were asked for."""
    if request.out is not None:
        return Path(request.out)
    if not request.open_report:
        return None
    from headshot_check.desktop.dropped import report_folder

    return report_folder(request.places)


def _scan_once(scan: Scan, output: Output, request: ScanRequest) -> int:
    from headshot_check.views.terminal.progress import ScanProgress

    try:
        with ScanProgress(silent=request.quiet) as progress:
            _check(scan, output, progress)
            if scan.stopped and not (scan.looked and scan.done() == len(scan)):
                raise KeyboardInterrupt
            finished = scan.finished()
            reports, missing = _write_reports(scan, finished, progress)
    except KeyboardInterrupt:
        return _interrupted(scan, request.resume)
    _print_notices(scan)
    if not len(finished):
        output.end_empty()
        return fail(finished.why_empty())
    output.close(finished, reports)
    if request.open_report and reports:
        _open(reports[0])
    return _status(finished.counts) if missing is None else fail(missing)


def _watch(scan: Scan, output: Output, request: ScanRequest) -> int:
    """Scan until Ctrl-C, or until the reader of standard output is gone."""
    from headshot_check.scan.watch import QUIET_S, watch_folders
    from headshot_check.views.terminal.progress import ScanProgress

    opened = False
    written: list[Path] = []
    stop = Event()

    def on_change(growing: frozenset[str]) -> None:
        with ScanProgress(silent=request.quiet) as progress:
            _check(scan, output, progress, growing, QUIET_S)
        if scan.stopped:
            raise KeyboardInterrupt
        if scan.out is None and reader_gone():
            stop.set()

    def on_pause() -> None:
        nonlocal opened, written
        if not scan.looked:  # a stopped look has not found all photos: the complete reports of before stay
            return
        with ScanProgress(silent=request.quiet) as progress:
            written, missing = _write_reports(scan, scan.finished(), progress)
        if missing is not None:
            fail(missing)
        if request.open_report and written and not opened:
            opened = True
            _open(written[0])

    with suppress(KeyboardInterrupt):
        watch_folders(scan.places, on_change, on_pause, ignore=() if scan.out is None else (scan.out,), stop=stop)
    _print_notices(scan)
    finished = scan.finished()
    output.close(finished, written)
    return _status(finished.counts) if stop.is_set() else INTERRUPTED


def _check(
    scan: Scan, output: Output, progress: ScanProgress, exclude: Collection[str] = (), quiet_s: float = 0.0
) -> None:
    """Find the photos and check those that are new."""
    with _ctrl_c_stops(scan):
        left = scan.look(exclude=tuple(exclude), quiet_s=quiet_s, found=progress.found)
        progress.begin(len(scan), left)
        output.begin()
        with closing(scan.check()) as checked:
            for done in checked:
                output.advance()
                progress.advance(done.source, done.verdict, done.score)


@contextmanager
def _ctrl_c_stops(scan: Scan) -> Iterator[None]:
    """The first Ctrl-C stops the scan between two photos; KeyboardInterrupt anywhere could be lost or break a write."""

    def on_interrupt(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        scan.stop()

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or current_thread() is not main_thread():  # ignored, or a caller's own
        yield
        return
    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _write_reports(scan: Scan, finished: FinishedScan, progress: ScanProgress) -> tuple[list[Path], str | None]:
    """The reports that were written, and an error message for those that were not."""
    if scan.out is None or not len(finished):
        return [], None
    from headshot_check.views.scan_reports import MissingReports, write_reports

    progress.say("writing reports")
    try:
        return write_reports(finished, scan.out), None
    except MissingReports as error:
        return error.written, str(error)
    except OSError as error:
        return [], _not_written(error)


def _not_written(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    cause = "is a file, and not a folder" if isinstance(error, FileExistsError) else error.strerror or str(error)
    return f"{place}the reports cannot be written there ({cause}): choose another place with --out"


def _status(counts: Counts) -> int:
    return FAILED if counts.problems else status_of(counts.verdicts)


def _interrupted(scan: Scan, resume: bool) -> int:
    _print_notices(scan)
    again = "The same command" if resume else "Without --fresh the same command"
    kept = f"{again} continues from there." if scan.keeps else "They are not kept."
    print(f"Stopped: {scan.done():,} of {len(scan):,} photos are done. {kept}", file=sys.stderr)
    return INTERRUPTED


def _print_notices(scan: Scan) -> None:
    for notice in scan.notices:
        print(f"headshot-check: note: {clean(notice)}", file=sys.stderr)


def _open(report: Path) -> None:
    from headshot_check.desktop.dropped import open_in_browser

    open_in_browser(report)
