"""`headshot-check policy list` and `headshot-check policy show`."""

from __future__ import annotations

from typing import Annotated

import typer

from headshot_check.cli.arguments import Choice, chosen_policy
from headshot_check.cli.outcome import OK, fail
from headshot_check.cli.typer_app import PlainCommand, app, one_of
from headshot_check.text import to_json


class PolicyFormat(Choice):
    """How a policy is printed."""

    text = "text"
    toml = "toml"
    json = "json"


policies = typer.Typer(help="The policies: what each kind of photo is judged by.", no_args_is_help=True)
app.add_typer(policies, name="policy")


@policies.command("list", cls=PlainCommand, short_help="List the policies, and the one asked for here.")
def list_policies(
    format: Annotated[
        PolicyFormat,
        typer.Option(
            metavar="FORMAT",
            parser=one_of(PolicyFormat),
            help="text; json: an array of name, title and what it extends.",
        ),
    ] = (PolicyFormat.text),
) -> None:
    """List the policies that come with the package, and the one that pyproject.toml asks for."""
    raise typer.Exit(_list(format))


@policies.command("show", cls=PlainCommand, short_help="Show a policy's limits.")
def show(
    policy: Annotated[
        str | None,
        typer.Argument(metavar="NAME|FILE.toml", help="Default: what `check` would use here.", show_default=False),
    ] = None,
    format: Annotated[
        PolicyFormat,
        typer.Option(
            metavar="FORMAT",
            parser=one_of(PolicyFormat),
            help="text; toml: a file to start your own from; json: with units and origins.",
        ),
    ] = PolicyFormat.text,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say where each limit comes from.")] = False,
) -> None:
    """Show a policy's limits: from where a check warns, from where it fails, and what that costs of the score."""
    raise typer.Exit(_show(policy, format, verbose))


def _list(format: PolicyFormat) -> int:
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.policy import built_in, load_policy, project_file

    try:
        known = [load_policy(name) for name in built_in()]
        path = project_file()
        project = None if path is None else (path, load_policy(path))
    except HeadshotCheckError as error:
        return fail(error.message)
    if format is PolicyFormat.text:
        from headshot_check.views.terminal.policy_page import render_policies

        render_policies(known, project)
        return OK
    if format is PolicyFormat.toml:
        return fail("a list has no form in TOML: use --format json, or `headshot-check policy show NAME --format toml`")
    rows = [{"name": one.name, "title": one.title, "extends": one.base, "file": None} for one in known]
    if project is not None:
        path, one = project
        rows.append({"name": one.name, "title": one.title, "extends": one.base, "file": str(path)})
    print(to_json(rows, ensure_ascii=False, indent=2))
    return OK


def _show(name: str | None, format: PolicyFormat, verbose: bool) -> int:
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.policy.writing import to_dict, to_toml

    try:
        policy = chosen_policy(name)
    except HeadshotCheckError as error:
        return fail(error.message)
    if format is PolicyFormat.toml:
        print(to_toml(policy), end="")
    elif format is PolicyFormat.json:
        print(to_json(to_dict(policy), ensure_ascii=False, indent=2))
    else:
        from headshot_check.views.terminal.policy_page import render_policy

        render_policy(policy, verbose=verbose)
    return OK
