"""Defaults that stay what they were: a launcher that can open pictures and folders must not become what opens them.

Where the user never chose, a desktop takes the entry of the user's own folder before those of the system
(freedesktop.org's MIME Applications specification): a new entry there would from then on open every folder. So the
default that was in force is made explicit, which is what choosing it in the file manager would write.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_SECTION: Final = "[Default Applications]"


@contextlib.contextmanager
def keep_defaults(kinds: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    """Within it an entry is added; afterwards each kind is opened by what opened it before.

    Gives a list that is filled at the end: (kind, application) for each default that had to be made explicit.
    """
    before = {kind: _default_for(kind) for kind in kinds}
    written: list[tuple[str, str]] = []
    yield written
    for kind, application in before.items():
        if application and _default_for(kind) != application:
            subprocess.run(["xdg-mime", "default", application, kind], capture_output=True, check=False, timeout=30)
            written.append((kind, application))


def let_go(defaults: Sequence[tuple[str, str]]) -> None:
    """Take back what `keep_defaults` made explicit, where it still stands as it was written."""
    path = _user_list()
    if not defaults or not path.is_file():
        return
    ours = {f"{kind}={application}" for kind, application in defaults}
    kept: list[str] = []
    section = ""
    for line in path.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True):
        if line.startswith("["):
            section = line.strip()
        if not (section == _SECTION and line.strip().rstrip(";") in ours):
            kept.append(line)
    if "".join(kept).strip() in ("", _SECTION):
        path.unlink()
    else:
        path.write_text("".join(kept), encoding="utf-8", errors="surrogateescape")


def _default_for(kind: str) -> str:
    """The application's entry that opens a kind of file; "" when none does or the machine has no tool to ask."""
    if shutil.which("xdg-mime") is None:
        return ""
    asked = ["xdg-mime", "query", "default", kind]
    return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30).stdout.strip()


def _user_list() -> Path:
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".config") / "mimeapps.list"
