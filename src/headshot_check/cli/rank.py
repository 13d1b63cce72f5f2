"""`headshot-check rank`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from headshot_check.cli.arguments import Format, chosen_policy
from headshot_check.cli.outcome import fail, status_of
from headshot_check.cli.typer_app import PolicyOption, app
from headshot_check.text import to_json


@app.command()
def rank(
    photos: Annotated[
        list[str], typer.Argument(metavar="FOLDER|PHOTO...", help="Shots of one person, or their folder.")
    ],
    format: Annotated[Format, typer.Option(help="json: an array; jsonl: one object a line.")] = Format.text,
    policy: PolicyOption = None,
) -> None:
    """Put several shots of one person in order, the best first, and say why each of the others lost.

    Exit status: 0 nothing to retake, 1 something to retake, 2 something could not be read or done.
    """
    raise typer.Exit(_rank(photos, format, policy))


def _rank(photos: list[str], format: Format, policy: str | None) -> int:
    from headshot_check.checker import Checker, rank_photos
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.file_names import photos_in

    try:
        checker = Checker(chosen_policy(policy))
        shots = list(dict.fromkeys(shot for place in photos for shot in photos_in(place)))
        ranked = rank_photos(_counted(shots), checker)
    except HeadshotCheckError as error:
        return fail(error.message)
    if format is Format.text:
        from headshot_check.views.terminal.ranking_page import render_ranking

        render_ranking(ranked, checker.policy)
    elif format is Format.json:
        print(to_json([one.to_dict() for one in ranked], ensure_ascii=False, indent=2))
    else:
        for one in ranked:
            print(to_json(one.to_dict(), ensure_ascii=False))
    return status_of({one.report.verdict for one in ranked})


def _counted(shots: list[str]) -> Iterator[str]:
    """The shots, with a count on standard error where somebody is watching."""
    watched = sys.stderr.isatty()
    for number, shot in enumerate(shots, 1):
        if watched:
            print(f"\rchecking {number} of {len(shots)} ", end="", file=sys.stderr, flush=True)
        yield shot
    if watched:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
