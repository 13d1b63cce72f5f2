"""Defaults that stay what they were: a launcher that can open pictures and folders must not become what opens them.

Where the user never chose, a desktop takes the entry of the user's own folder before those of the system
(freedesktop.org's MIME Applications specification): a new entry there would from then on open every folder. So the
default that was in force is made explicit, which is what choosing it in the file manager would write.
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
"""kind of file, application's entry"""


@contextlib.contextmanager
def keep_defaults(kinds: Sequence[str]) -> Iterator[list[Default]]:
    """Within it an entry is added; afterwards each kind is opened by what opened it before.

    Gives a list that is filled at the end, with each default that had to be made explicit.
    """
    before = {kind: _default_for(kind) for kind in kinds}
    written: list[Default] = []
    yield written
    changed = [(kind, own) for kind, own in before.items() if own and _default_for(kind) != own]
    if changed:
        _add(changed)
        written += changed


def release_defaults(defaults: Sequence[Default]) -> None:
    """Take back what `keep_defaults` made explicit, where it still stands as it was written."""
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
    """The application's entry that opens a kind of file; "" when none does or the machine has no tool to ask."""
    for question in (["gio", "mime", kind], ["xdg-mime", "query", "default", kind]):
        said = output_of(question)
        if said is not None:
            found = re.search(r"\S+\.desktop$", said.partition("\n")[0])
            return found[0] if found else ""
    return ""


def _user_list() -> Path:
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    # a symbolic link, as in a folder of versioned settings, stays one: the file that it points to is written
    return ((named if named.is_absolute() else Path.home() / ".config") / "mimeapps.list").resolve()
