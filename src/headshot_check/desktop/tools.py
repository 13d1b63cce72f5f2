"""Runs the desktop's command-line tools, which may be missing, fail or hang."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence


def output_of(command: Sequence[str], *, timeout_s: float = 30.0) -> str | None:
    """Run a tool and return its standard output, in English where the tool translates it.

    Returns
    -------
    None when the tool is not installed, cannot be started or does not end in time. Its exit status does not count.
    """
    tool = shutil.which(command[0])
    if tool is None:
        return None
    try:
        done = subprocess.run(
            [tool, *command[1:]],
            capture_output=True,
            check=False,
            timeout=timeout_s,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return os.fsdecode(done.stdout)
