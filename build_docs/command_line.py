"""The reference of the command line, from its help."""

from __future__ import annotations

from typing import Any

import from_help
from typer.main import get_command

from build_docs.markdown import code, table
from headshot_check.cli.commands import app


def commands() -> str:
    """A section for each command; the man page has the same."""
    parts = []
    for path, command, context in from_help.commands(get_command(app), (), None):
        parts += [f"## {' '.join(path)}", *_command(" ".join(path), command, context)]
    return "\n\n".join(parts)


def _command(name: str, command: Any, context: Any) -> list[str]:
    arguments = [one for one in command.params if not one.opts[0].startswith("-")]
    options = [one for one in command.params if one not in arguments and not from_help.of_every_command(one)]
    usage = ["headshot-check", name, *(["[OPTION]..."] if options else []), *map(_metavar, arguments)]
    rows = [(_named(one), from_help.said(one, context)) for one in (*arguments, *options)]
    help_text = "\n\n".join(" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n"))
    return [
        "```console\n" + " ".join(usage) + "\n```",
        help_text,
        *([table(["argument", "what"], rows)] if rows else []),
    ]


def _metavar(argument: Any) -> str:
    return str(argument.metavar or argument.name)


def _named(option: Any) -> str:
    if not option.opts[0].startswith("-"):
        return code(_metavar(option))
    value = "" if option.is_flag else f" {option.metavar or option.name.upper()}"
    return ", ".join(code(name + value) for name in (*option.opts, *option.secondary_opts))
