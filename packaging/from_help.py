"""Writes what follows from the command's own help: its man page and the completions of bash, zsh and fish.

    python packaging/from_help.py            # writes packaging/man and packaging/completions
    python packaging/from_help.py --check    # ends 1 when they are not what the help says now

The wheel has them under share/, where man and the shells look. tests/release/test_from_help.py holds them to the help.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.completion import get_completion_script
from typer.main import get_command

from headshot_check import __version__
from headshot_check.cli.commands import app

HERE = Path(__file__).parent
NAME = "headshot-check"
COMPLETIONS = {"bash": NAME, "zsh": f"_{NAME}", "fish": f"{NAME}.fish"}
_OTHER_OPTIONS = ("--install-completion", "--show-completion", "--help")


def main() -> int:
    """Write the files, or say which of them is not up to date."""
    if "--check" not in sys.argv[1:]:
        for path, text in files().items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    old = [path for path, text in files().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in old:
        print(f"{path.relative_to(HERE.parent)} is not what the help says: run python packaging/from_help.py")
    return 1 if old else 0


def files() -> dict[Path, str]:
    """Every file that is made of the help, by its place."""
    scripts = {
        HERE / "completions" / file: get_completion_script(
            prog_name=NAME, complete_var="_HEADSHOT_CHECK_COMPLETE", shell=shell
        )
        + "\n"
        for shell, file in COMPLETIONS.items()
    }
    # Loaded when it is first needed, the script of zsh only defines the function that should answer then.
    scripts[HERE / "completions" / COMPLETIONS["zsh"]] += '_headshot_check_completion "$@"\n'
    return {HERE / "man" / f"{NAME}.1": man_page(), **scripts}


def man_page() -> str:
    """One page, a section for each command, in the macros of man(7)."""
    root = get_command(app)
    lines = [
        f'.TH "{NAME.upper()}" 1 "" "{NAME} {__version__}" "User Commands"',
        ".SH NAME",
        f"{_plain(NAME)} \\- check profile pictures",
        ".SH SYNOPSIS",
        f".B {_plain(NAME)}",
        "\\fICOMMAND\\fR [\\fIOPTION\\fR]...",
        ".SH DESCRIPTION",
        _plain(root.help or ""),
        ".PP",
        _plain("Nothing leaves the machine; only scan --engine ray uses a network, with the addresses given to it."),
    ]
    for path, command, context in commands(root, (), None):
        arguments = " ".join(
            f"\\fI{_plain(one.metavar or one.name)}\\fR" for one in command.params if not one.opts[0].startswith("-")
        )
        lines += [
            f'.SH "{" ".join(path).upper()}"',
            f".B {_plain(' '.join((NAME, *path)))}",
            f"[\\fIOPTION\\fR]... {arguments}".rstrip(),
        ]
        for paragraph in (command.help or "").split("\n\n"):
            lines += [".PP", _plain(" ".join(paragraph.split()))]
        for option in command.params:
            if of_every_command(option):
                continue
            lines += [".TP", _names(option), _plain(said(option, context))]
    lines += [
        ".SH EXIT STATUS",
        "0 nothing to retake; 1 something to retake; 2 something could not be read or done; 130 after Ctrl-C.",
        ".SH FILES",
        ".TP",
        ".I pyproject.toml",
        "The nearest one with a table [tool.headshot\\-check] says by which limits photos are judged.",
        ".TP",
        ".I ~/.cache/headshot\\-check/scan.sqlite",
        "Results of scan without \\-\\-out, of photos by their content. It may be deleted at any time.",
    ]
    return "\n".join(lines) + "\n"


def commands(group: Any, path: tuple[str, ...], parent: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Every command that does something, with its path and context; groups have only their commands."""
    context = group.context_class(group, info_name=path[-1] if path else NAME, parent=parent)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command.hidden:
            continue
        if hasattr(command, "list_commands"):
            yield from commands(command, (*path, name), context)
        else:
            yield (*path, name), command, command.context_class(command, info_name=name, parent=context)


def of_every_command(option: Any) -> bool:
    """Whether it is one of those that Typer adds everywhere."""
    return bool(set(option.opts) & set(_OTHER_OPTIONS))


def _names(option: Any) -> str:
    """How an option or an argument is written: bold what is typed as it is, in italics what stands for something."""
    if not option.opts[0].startswith("-"):
        return f"\\fI{_plain(option.metavar or option.name)}\\fR"
    value = "" if option.is_flag else f" \\fI{_plain(option.metavar or option.name.upper())}\\fR"
    return ", ".join(f"\\fB{_plain(name)}\\fR{value}" for name in (*option.opts, *option.secondary_opts))


def said(option: Any, context: Any) -> str:
    """The help of an option, with its default where that says something."""
    said = " ".join((getattr(option, "help", None) or "").split())
    default = option.get_default(context)
    plain = getattr(default, "value", default)
    if getattr(option, "is_flag", False) or plain is None or not getattr(option, "show_default", False):
        return said
    return f"{said} Default: {plain}."


def _plain(text: str) -> str:
    """Text that roff prints as it is: no macro at the beginning of a line, hyphens that can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{text}" if text.startswith(".") else text


if __name__ == "__main__":
    raise SystemExit(main())
