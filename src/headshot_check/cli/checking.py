"""`headshot-check check` after its arguments are parsed: checks photos and prints their reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

# First, while few calls are open: 10 ms. Python 3.11 keeps open calls in blocks of 16 KB and hands a block back when it
# is empty; imported from deep inside our own modules, NumPy goes over such an edge 900 times.
import numpy  # noqa: F401

from headshot_check.checker import Checker
from headshot_check.cli.arguments import STANDARD_INPUT, ReportFormat, chosen_policy, named_photo
from headshot_check.cli.outcome import fail, readable_json, status_of
from headshot_check.cli.plain import CheckRequest
from headshot_check.errors import HeadshotCheckError, PhotoError
from headshot_check.report import Report, check_failed, unreadable
from headshot_check.text import clean, encodable, to_json


def check_photos(asked: CheckRequest) -> int:
    """Check photos, print each report, and return the exit status."""
    photos = asked.photos
    if asked.overlay is not None and len(photos) > 1:
        return fail("--overlay draws one photo: name one photo, or leave it out")
    if photos.count(STANDARD_INPUT) > 1:
        return fail("- stands for standard input, which can be read once: name it once")
    try:
        checker = Checker(chosen_policy(asked.policy))
        if asked.overlay is not None:
            from headshot_check.cli.destination import hold_free

            hold_free([asked.overlay], photos, force=asked.force)
        reports = (_one(name, checker, asked.overlay) for name in photos)
        done = _print(reports, asked)
    except HeadshotCheckError as error:
        return fail(error.message)
    except OSError as error:
        return fail(str(error))
    return status_of({report.verdict for report in done})


def _one(name: str, checker: Checker, overlay: str | None) -> Report:
    """Check one photo, and draw its overlay where one is wanted."""
    try:
        photo = named_photo(name)
        report = checker.check_photo(photo)
    except PhotoError as error:
        return replace(unreadable(error, checker.policy.name), source=encodable(name))
    except HeadshotCheckError:
        raise
    except Exception as error:  # a fault in a measure must not end the run
        return unreadable(check_failed(encodable(name), error), checker.policy.name)
    if overlay is not None:
        from headshot_check.views.picture.overlay import overlay_pixels, save_overlay

        save_overlay(overlay, overlay_pixels(photo), report)
    return report


def _print(reports: Iterable[Report], asked: CheckRequest) -> list[Report]:
    """Print each report as it comes, or all at the end, depending on the format, and return all of them."""
    done = []
    for report in reports:
        done.append(report)
        if report.verdict == "unreadable":
            fail(report.findings[0].message)
        _print_one(report, asked)
    if asked.format is ReportFormat.json:
        document = [report.to_dict() for report in done] if len(asked.photos) > 1 else done[0].to_dict()
        print(readable_json(document))
    elif asked.format is ReportFormat.sarif:
        from headshot_check.views.annotations import sarif_log

        print(readable_json(sarif_log(done)))
    elif asked.format is ReportFormat.text and not asked.quiet:
        _close(done, asked)
    return done


def _print_one(report: Report, asked: CheckRequest) -> None:
    if asked.format is ReportFormat.jsonl:
        print(to_json(report.to_dict(), ensure_ascii=False), flush=True)
    elif asked.format is ReportFormat.github:
        from headshot_check.views.annotations import github_annotation

        if line := github_annotation(report):
            print(line, flush=True)
    elif asked.format is ReportFormat.text and report.verdict != "unreadable":
        if not asked.quiet:
            from headshot_check.views.terminal.report_page import render

            render(report, verbose=asked.verbose)
        elif report.verdict != "ready":
            print(report, flush=True)


def _close(done: list[Report], asked: CheckRequest) -> None:
    """Print where the overlay is and, for several photos, how many have each verdict."""
    if asked.overlay is not None and done[0].verdict != "unreadable":
        print(f"Overlay: {clean(asked.overlay)}")
    if len(asked.photos) > 1:
        from headshot_check.views.terminal.report_page import render_summary

        render_summary(done)
