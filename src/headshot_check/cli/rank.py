"""`headshot-check rank`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from headshot_check.cli.arguments import Format, chosen_policy
from headshot_check.cli.outcome import fail, readable_json, status_of
from headshot_check.cli.typer_app import PlainCommand, PolicyOption, app, one_of
from headshot_check.text import clean, to_json


@app.command(cls=PlainCommand, short_help="Put shots of one person in order, the best first.")
def rank(
    photos: Annotated[
        list[str], typer.Argument(metavar="FOLDER|PHOTO...", help="Shots of one person, or their folder.")
    ],
    format: Annotated[
        Format,
        typer.Option(metavar="FORMAT", parser=one_of(Format), help="text; json: an array; jsonl: one object a line."),
    ] = Format.text,
    policy: PolicyOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the name of the best shot.")] = False,
) -> None:
    """Put several shots of one person in order, the best first, and say why each of the others lost.

    Exit status: 0 nothing to retake, 1 something to retake, 2 something could not be read or done.
    """
    raise typer.Exit(_rank(photos, format, policy, quiet))


def _rank(photos: list[str], format: Format, policy: str | None, quiet: bool) -> int:
    from headshot_check.checker import Checker, rank_photos
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.file_names import photos_in

    try:
        checker = Checker(chosen_policy(policy))
        shots = list(dict.fromkeys(shot for place in photos for shot in photos_in(place)))
        ranked = rank_photos(_counted(shots), checker)
    except HeadshotCheckError as error:
        return fail(error.message)
    unreadable = [one.report.findings[0].message for one in ranked if one.place is None]
    for message in unreadable:
        fail(message)
    if format is Format.text and (quiet or len(unreadable) == len(ranked)):
        for one in ranked[:1]:
            if one.place is not None:
                print(clean(one.source))
    elif format is Format.text:
        from headshot_check.views.terminal.ranking_page import render_ranking

        render_ranking(ranked, checker.policy)
    elif format is Format.json:
        print(readable_json([one.to_dict() for one in ranked]))
    else:
        for one in ranked:
            print(to_json(one.to_dict(), ensure_ascii=False))
    return status_of({one.report.verdict for one in ranked})


def _counted(shots: list[str]) -> Iterator[str]:
    """The shots, with a counter on standard error if it is a terminal."""
    terminal = sys.stderr.isatty()
    for number, shot in enumerate(shots, 1):
        if terminal:
            print(f"\rchecking {number} of {len(shots)} ", end="", file=sys.stderr, flush=True)
        yield shot
    if terminal:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
