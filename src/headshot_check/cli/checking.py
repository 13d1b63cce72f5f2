"""`headshot-check check`, once its arguments are read: checks photos and prints their reports."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace

# First, while few calls are open: 10 ms. Python 3.11 keeps open calls in blocks of 16 KB and hands a block back when it
# is empty; imported from deep inside our own modules, NumPy goes over such an edge 900 times.
import numpy  # noqa: F401

from headshot_check.checker import Checker
from headshot_check.cli.arguments import STANDARD_INPUT, Format, chosen_policy
from headshot_check.cli.outcome import fail, status_of
from headshot_check.cli.plain import CheckRequest
from headshot_check.errors import HeadshotCheckError, PhotoError
from headshot_check.photo import load
from headshot_check.report import Report, unreadable
from headshot_check.text import encodable, to_json


def check_photos(asked: CheckRequest) -> int:
    """Check photos, print each report, and return the exit status."""
    photos = asked.photos
    if asked.overlay is not None and len(photos) > 1:
        return fail("--overlay draws one photo: name one photo, or leave it out")
    if photos.count(STANDARD_INPUT) > 1:
        return fail("- stands for standard input, which can be read once: name it once")
    try:
        checker = Checker(chosen_policy(asked.policy))
        reports = (_one(name, checker, asked.overlay) for name in photos)
        verdicts = _print(reports, asked.format, asked.verbose, several=len(photos) > 1)
    except HeadshotCheckError as error:
        return fail(error.message)
    except OSError as error:
        return fail(str(error))
    return status_of({report.verdict for report in verdicts})


def _one(name: str, checker: Checker, overlay: str | None) -> Report:
    try:
        photo = load(sys.stdin.buffer if name == STANDARD_INPUT else name)
        report = replace(checker.check_photo(photo), source=encodable(name))
    except PhotoError as error:
        return replace(unreadable(error, checker.policy.name), source=encodable(name))
    if overlay is not None:
        from headshot_check.views.picture.overlay import save_overlay

        save_overlay(overlay, photo.rgb, report)
    return report


def _print(reports: Iterable[Report], format: Format, verbose: bool, *, several: bool) -> list[Report]:
    """Print each report as it comes; all of them are returned."""
    if format is Format.text:
        from headshot_check.views.terminal.report_page import render, render_summary

        done = []
        for report in reports:
            render(report, verbose=verbose)
            done.append(report)
        if several:
            render_summary(done)
        return done
    if format is Format.jsonl:
        done = []
        for report in reports:
            print(to_json(report.to_dict(), ensure_ascii=False), flush=True)
            done.append(report)
        return done
    done = list(reports)
    document = [report.to_dict() for report in done] if several else done[0].to_dict()
    print(to_json(document, ensure_ascii=False, indent=2))
    return done
