"""Keeps the default applications of MIME types when a launcher that can open them is installed.

If the user never chose a default, desktops prefer entries in the user's folder to those of the system
(freedesktop.org's MIME Applications specification), so a new entry would become the default for folders and pictures.
Therefore the previous defaults are written to the user's list, as if chosen in the file manager.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from headshot_check.desktop.tools import output_of
from headshot_check.part_files import write_whole

_SECTION: Final = "[Default Applications]"
Default = tuple[str, str]
"""MIME type, desktop entry of the application"""


@contextlib.contextmanager
def keep_defaults(kinds: Sequence[str]) -> Iterator[list[Default]]:
    """Context in which an entry is added; afterwards each MIME type has the default application that it had before.

    Yields a list to which the defaults that had to be made explicit are added at the end.
    """
    before = {kind: _default_for(kind) for kind in kinds}
    written: list[Default] = []
    yield written
    changed = [(kind, own) for kind, own in before.items() if own and _default_for(kind) != own]
    if changed:
        _add(changed)
        written += changed


def release_defaults(defaults: Sequence[Default]) -> None:
    """Remove the defaults that `keep_defaults` made explicit, unless they were changed since."""
    path = _user_list()
    if not defaults or not path.is_file():
        return
    ours = {f"{kind}={application}" for kind, application in defaults}
    kept: list[str] = []
    section = ""
    for line in _read(path):
        if line.startswith("["):
            section = line.strip()
        if not (section == _SECTION and line.strip().rstrip(";") in ours):
            kept.append(line)
    if "".join(kept).strip() in ("", _SECTION):
        path.unlink()
    else:
        _write(path, kept)


def _add(defaults: Sequence[Default]) -> None:
    path = _user_list()
    lines = _read(path) if path.is_file() else []
    stripped = [line.strip() for line in lines]
    if _SECTION not in stripped:
        lines.append(f"{_SECTION}\n")
        stripped.append(_SECTION)
    at = stripped.index(_SECTION) + 1
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, [*lines[:at], *(f"{kind}={application}\n" for kind, application in defaults), *lines[at:]])


def _read(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True)
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]


def _write(path: Path, lines: Sequence[str]) -> None:
    write_whole(path, "".join(lines).encode("utf-8", "surrogateescape"))


def _default_for(kind: str) -> str:
    """Desktop entry of the default application of a MIME type; "" if there is none, or no tool to query it."""
    for question in (["gio", "mime", kind], ["xdg-mime", "query", "default", kind]):
        said = output_of(question)
        if said is not None:
            found = re.search(r"\S+\.desktop$", said.partition("\n")[0])
            return found[0] if found else ""
    return ""


def _user_list() -> Path:
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    # resolved, so that a symbolic link (to versioned settings, for example) is kept and its target is written
    return ((named if named.is_absolute() else Path.home() / ".config") / "mimeapps.list").resolve()
