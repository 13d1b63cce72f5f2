"""`headshot-check app`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from headshot_check.cli.arguments import chosen_policy
from headshot_check.cli.outcome import OK, fail
from headshot_check.cli.typer_app import PlainCommand, PolicyOption, app, whole_number

if TYPE_CHECKING:
    from headshot_check.app.server import Address


@app.command("app", cls=PlainCommand)
def page(
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole_number(1, 65535),
            help="Port to listen on; default: any free one.",
            show_default=False,
        ),
    ] = None,
    policy: PolicyOption = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole_number(1, 64),
            help="Photos checked at once; default: one for each processor.",
            show_default=False,
        ),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the page in the browser.")] = False,
) -> None:
    """Open a local page to drop photos on. Nothing leaves this machine.

    Exit status: 0 when it was stopped, 2 when it could not start.
    """
    raise typer.Exit(_page(port, policy, workers, no_open))


def _page(port: int | None, policy: str | None, workers: int | None, no_open: bool) -> int:
    from headshot_check.app.server import serve
    from headshot_check.errors import HeadshotCheckError

    try:
        rules = chosen_policy(policy)
        serve(rules, port=port or 0, workers=workers, ready=lambda address: _announce(address, no_open))
    except HeadshotCheckError as error:
        return fail(error.message)
    return OK


def _announce(address: Address, no_open: bool) -> None:
    print(address.url, flush=True)
    print("The page is at this address, for this machine only. Stop it with Ctrl-C.", file=sys.stderr, flush=True)
    if not no_open:
        from headshot_check.app.browser import open_page

        open_page(address.url_for_browser)
