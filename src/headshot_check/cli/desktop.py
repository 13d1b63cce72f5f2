"""`headshot-check desktop install`, `uninstall` and `show`, and the hidden command that the icon runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from headshot_check.cli.outcome import FAILED, OK, fail, status_of
from headshot_check.cli.typer_app import PlainCommand, app

if TYPE_CHECKING:
    from headshot_check.desktop.launcher import Launcher

launchers = typer.Typer(help="An icon to drop photos and folders on.", no_args_is_help=True)
app.add_typer(launchers, name="desktop")


@launchers.command(cls=PlainCommand, short_help="Install the icon for this user.")
def install(
    on_desktop: Annotated[
        bool, typer.Option("--on-desktop", help="Also put an icon on the Desktop folder (Linux).")
    ] = False,
) -> None:
    """Install the icon for this user: an application entry (Linux), a Send-To entry (Windows), a Quick Action (macOS).

    What is dropped on it is scanned, and the report opens. Installing it again updates it.
    """
    raise typer.Exit(_install(on_desktop))


@launchers.command(cls=PlainCommand, short_help="Remove the icon.")
def uninstall() -> None:
    """Remove what `install` put in place, and nothing else; reports are kept."""
    raise typer.Exit(_uninstall())


@launchers.command(cls=PlainCommand, short_help="Show what is installed.")
def show() -> None:
    """Show whether the icon is installed, which files belong to it and where reports go."""
    raise typer.Exit(_show())


@launchers.command("open", hidden=True)
def open_dropped(
    dropped: Annotated[list[str] | None, typer.Argument(metavar="PHOTO|FOLDER...")] = None,
    policy: Annotated[str | None, typer.Option(metavar="NAME|FILE.toml")] = None,
) -> None:
    """Scan what was dropped on the icon and open the report."""
    raise typer.Exit(_open(dropped or [], policy))


def _install(on_desktop: bool) -> int:
    from headshot_check.desktop.dropped import reports_folder
    from headshot_check.desktop.installing import install
    from headshot_check.desktop.this_system import launcher
    from headshot_check.errors import HeadshotCheckError

    try:
        chosen = launcher(on_desktop=on_desktop)
        install(chosen)
    except HeadshotCheckError as error:
        return fail(error.message)
    _print_files(f"installed ({chosen.kind}):", chosen)
    print(f"{chosen.use} Reports go to {reports_folder()}.")
    return OK


def _uninstall() -> int:
    from headshot_check.desktop.installing import uninstall
    from headshot_check.desktop.this_system import launcher
    from headshot_check.errors import HeadshotCheckError

    try:
        gone = uninstall(launcher())
    except HeadshotCheckError as error:
        return fail(error.message)
    print("uninstalled" if gone else "nothing was installed")
    return OK


def _show() -> int:
    from headshot_check.desktop.dropped import reports_folder
    from headshot_check.desktop.installing import state
    from headshot_check.desktop.this_system import launcher
    from headshot_check.errors import HeadshotCheckError

    try:
        chosen = launcher()
    except HeadshotCheckError as error:
        return fail(error.message)
    _print_files(f"{state(chosen)} ({chosen.kind}):", chosen)
    print(f"{chosen.use} Reports go to {reports_folder()}.")
    return OK


def _open(dropped: list[str], policy: str | None) -> int:
    from headshot_check.defaults import DEFAULT_POLICY
    from headshot_check.desktop.dropped import check_dropped, open_in_browser

    # not `chosen_policy`: an icon has no working directory whose pyproject.toml could apply
    verdicts = check_dropped(dropped, policy or DEFAULT_POLICY, open_in_browser)
    return status_of(verdicts) if verdicts or not dropped else FAILED


def _print_files(title: str, launcher: Launcher) -> None:
    print(title)
    for path in launcher.files:
        print(f"  {path}")
