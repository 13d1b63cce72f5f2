"""Runs `headshot-check scan`: the scan itself, its progress, its reports, and the exit status."""

from __future__ import annotations

import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING

from headshot_check.cli.arguments import ReportFormat, chosen_policy
from headshot_check.cli.outcome import FAILED, INTERRUPTED, fail, status_of
from headshot_check.cli.streams import reader_gone

if TYPE_CHECKING:
    from headshot_check.cli.scan_output import Output
    from headshot_check.scan.finished import Counts, FinishedScan
    from headshot_check.scan.run import Scan
    from headshot_check.views.terminal.progress import ScanProgress


def on_this_machine(
    places: list[str],
    format: ReportFormat,
    policy: str | None,
    out: str | None,
    workers: int | None,
    time_limit: float | None,
    resume: bool,
    open_report: bool,
    watch: bool,
    quiet: bool,
    force: bool,
) -> int:
    """Scan with worker processes of this machine and return the exit status."""
    from headshot_check.cli.destination import hold_free
    from headshot_check.cli.scan_output import output_for
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.scan.run import Scan
    from headshot_check.workers.time_limit import TIME_LIMIT_S

    try:
        chosen, folder = chosen_policy(policy), _folder(out, places, open_report)
        if folder is not None:
            from headshot_check.views.scan_reports import foreign_files

            hold_free(foreign_files(folder), places, force=force)
        with Scan(
            places,
            chosen,
            out=folder,
            workers=workers,
            time_limit_s=TIME_LIMIT_S if time_limit is None else time_limit,
            fresh=not resume,
        ) as scan:
            output = output_for(format, scan, watched=watch, quiet=quiet)
            return (
                _watched(scan, output, open_report, quiet) if watch else _once(scan, output, open_report, resume, quiet)
            )
    except HeadshotCheckError as error:
        return fail(error.message)
    except OSError as error:
        return fail(_unwritten(error))


def _folder(out: str | None, places: list[str], open_report: bool) -> Path | None:
    if out is not None:
        return Path(out)
    if not open_report:
        return None
    from headshot_check.desktop.dropped import report_folder

    return report_folder(places)


def _once(scan: Scan, output: Output, open_report: bool, resume: bool, quiet: bool) -> int:
    from headshot_check.views.terminal.progress import ScanProgress

    try:
        with ScanProgress(silent=quiet) as progress:
            _check(scan, output, progress)
            if scan.stopped and not (scan.looked and scan.done() == len(scan)):
                raise KeyboardInterrupt
            finished = scan.finished()
            reports, missing = _written(scan, finished, progress)
    except KeyboardInterrupt:
        return _interrupted(scan, resume)
    _tell(scan.notices)
    if not len(finished):
        output.end_empty()
        return fail(finished.why_empty())
    output.close(finished, reports)
    if open_report and reports:
        _show(reports[0])
    return _status(finished.counts) if missing is None else fail(missing)


def _check(
    scan: Scan, output: Output, progress: ScanProgress, exclude: Collection[str] = (), quiet_s: float = 0.0
) -> None:
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
    if before is not signal.default_int_handler or current_thread() is not main_thread():  # ignored, or not ours
        yield
        return
    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _written(scan: Scan, finished: FinishedScan, progress: ScanProgress) -> tuple[list[Path], str | None]:
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
        return [], _unwritten(error)


def _unwritten(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    cause = "is a file, and not a folder" if isinstance(error, FileExistsError) else error.strerror or str(error)
    return f"{place}the reports cannot be written there ({cause}): choose another place with --out"


def _watched(scan: Scan, output: Output, open_report: bool, quiet: bool) -> int:
    from headshot_check.scan.watch import QUIET_S, watch_folders
    from headshot_check.views.terminal.progress import ScanProgress

    shown = False
    written: list[Path] = []
    stop = Event()

    def on_change(growing: frozenset[str]) -> None:
        with ScanProgress(silent=quiet) as progress:
            _check(scan, output, progress, growing, QUIET_S)
        if scan.stopped:
            raise KeyboardInterrupt
        if scan.out is None and reader_gone():
            stop.set()

    def on_pause() -> None:
        nonlocal shown, written
        if not scan.looked:  # reports of a part would take the place of those of all
            return
        with ScanProgress(silent=quiet) as progress:
            written, missing = _written(scan, scan.finished(), progress)
        if missing is not None:
            fail(missing)
        if open_report and written and not shown:
            shown = True
            _show(written[0])

    with suppress(KeyboardInterrupt):
        watch_folders(scan.places, on_change, on_pause, ignore=() if scan.out is None else (scan.out,), stop=stop)
    _tell(scan.notices)
    finished = scan.finished()
    output.close(finished, written)
    return _status(finished.counts) if stop.is_set() else INTERRUPTED


def on_ray(
    sources: list[str],
    format: ReportFormat,
    policy: str | None,
    out: str | None,
    workers: int | None,
    time_limit: float | None,
    address: str | None,
    more: bool,
) -> int:
    """Scan with a Ray cluster and return the exit status; `more`: an option was given that it does not support."""
    from headshot_check.errors import HeadshotCheckError

    if out is None:
        return fail("--engine ray writes Parquet: say where with --out, a folder or a URL")
    if more or format is not ReportFormat.text:
        return fail("--engine ray only writes to --out: leave out --format, --open and --watch")
    try:
        from headshot_check.scan.ray.cluster import scan_with_ray

        chosen = chosen_policy(policy)
        counts = scan_with_ray(sources, chosen, out, address=address, workers=workers, time_limit_s=time_limit)
    except HeadshotCheckError as error:
        return fail(error.message)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    from headshot_check.views.terminal.scan_page import render_counts

    render_counts(counts, chosen, sources, out)
    return _status(counts)


def _status(counts: Counts) -> int:
    return FAILED if counts.problems else status_of(counts.verdicts)


def _interrupted(scan: Scan, resume: bool) -> int:
    _tell(scan.notices)
    again = "The same command" if resume else "Without --fresh the same command"
    kept = f"{again} continues from there." if scan.keeps else "They are not kept."
    print(f"Stopped: {scan.done():,} of {len(scan):,} photos are done. {kept}", file=sys.stderr)
    return INTERRUPTED


def _tell(notices: Collection[str]) -> None:
    for notice in notices:
        print(f"headshot-check: note: {notice}", file=sys.stderr)


def _show(report: Path) -> None:
    import webbrowser

    webbrowser.open(report.absolute().as_uri())
