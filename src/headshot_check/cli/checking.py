"""`headshot-check check` after its arguments are parsed: checks photos and prints their reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

# First, while the call stack is shallow; saves 10 ms. Python 3.11 keeps call frames in chunks of 16 KB and frees each
# chunk that is empty; imported from deep inside other modules, NumPy crosses the end of a chunk 900 times.
import numpy  # noqa: F401

from headshot_check.checker import Checker
from headshot_check.cli.arguments import STANDARD_INPUT, ReportFormat, chosen_policy, named_photo
from headshot_check.cli.outcome import fail, readable_json, status_of
from headshot_check.cli.plain import CheckRequest
from headshot_check.errors import HeadshotCheckError, PhotoError
from headshot_check.report import Report, check_failed, unreadable
from headshot_check.text import clean, encodable, to_json


def check_photos(request: CheckRequest) -> int:
    """Check photos, print each report, and return the exit status."""
    photos = request.photos
    if request.overlay is not None and len(photos) > 1:
        return fail("--overlay draws one photo: name one photo, or leave it out")
    if photos.count(STANDARD_INPUT) > 1:
        return fail("- stands for standard input, which can be read once: name it once")
    try:
        checker = Checker(chosen_policy(request.policy))
        if request.overlay is not None:
            from headshot_check.cli.destination import check_destinations

            check_destinations([request.overlay], photos, force=request.force)
        reports = (_one(name, checker, request.overlay) for name in photos)
        done = _print(reports, request)
    except HeadshotCheckError as error:
        return fail(error.message)
    except OSError as error:
        return fail(str(error))
    return status_of({report.verdict for report in done})


def _one(name: str, checker: Checker, overlay: str | None) -> Report:
    """Check one photo, and draw its overlay if one was requested."""
    try:
        photo = named_photo(name)
        report = checker.check_photo(photo)
    except PhotoError as error:
        return replace(unreadable(error, checker.policy.name), source=encodable(name))
    except HeadshotCheckError:
        raise
    except Exception as error:  # a bug in a measure must not end the run
        return unreadable(check_failed(encodable(name), error), checker.policy.name)
    if overlay is not None:
        from headshot_check.views.picture.overlay import overlay_pixels, save_overlay

        save_overlay(overlay, overlay_pixels(photo), report)
    return report


def _print(reports: Iterable[Report], request: CheckRequest) -> list[Report]:
    """Print each report when it is done, or all at the end, depending on the format; return all of them."""
    done = []
    for report in reports:
        done.append(report)
        if report.verdict == "unreadable":
            fail(report.findings[0].message)
        _print_one(report, request)
    if request.format is ReportFormat.json:
        document = [report.to_dict() for report in done] if len(request.photos) > 1 else done[0].to_dict()
        print(readable_json(document))
    elif request.format is ReportFormat.sarif:
        from headshot_check.views.annotations import sarif_log

        print(readable_json(sarif_log(done)))
    elif request.format is ReportFormat.text and not request.quiet:
        _print_end(done, request)
    return done


def _print_one(report: Report, request: CheckRequest) -> None:
    if request.format is ReportFormat.jsonl:
        print(to_json(report.to_dict(), ensure_ascii=False), flush=True)
    elif request.format is ReportFormat.github:
        from headshot_check.views.annotations import github_annotation

        if line := github_annotation(report):
            print(line, flush=True)
    elif request.format is ReportFormat.text and report.verdict != "unreadable":
        if not request.quiet:
            from headshot_check.views.terminal.report_page import render

            render(report, verbose=request.verbose)
        elif report.verdict != "ready":
            print(report, flush=True)


def _print_end(done: list[Report], request: CheckRequest) -> None:
    """Print the path of the overlay and, for several photos, how many have each verdict."""
    if request.overlay is not None and done[0].verdict != "unreadable":
        print(f"Overlay: {clean(request.overlay)}")
    if len(request.photos) > 1:
        from headshot_check.views.terminal.report_page import render_summary

        render_summary(done)
