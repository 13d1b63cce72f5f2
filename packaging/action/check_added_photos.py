"""What action.yml runs: checks the photos that a pull request adds or changes, and annotates them.

It needs no more than git and the installed package, and reads its settings from the environment:

BASE
    What to compare with; by default HEAD^1, the base of the merge that a pull request's checkout is.
PATHS
    Git's path patterns, one a line; empty for the whole repository.
POLICY
    As for `headshot-check check --policy`; empty for the project's own.
FAIL_ON
    "retake" (the default), "unreadable" (photos that cannot be read only) or "never".
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

PHOTO = re.compile(r"\.(jpe?g|jpe|jfif|png|webp|hei[cf]|avif|tiff?|bmp|gif)$", re.IGNORECASE)
FAIL_ON = {"retake": (1, 2), "unreadable": (2,), "never": ()}


def main() -> int:
    """Annotate, and return the step's exit status."""
    setting = {name: os.environ.get(name, "").strip() for name in ("BASE", "PATHS", "POLICY", "FAIL_ON")}
    fail_on = setting["FAIL_ON"] or "retake"
    if fail_on not in FAIL_ON:
        return fail(f"fail-on is {fail_on!r}: use {', '.join(FAIL_ON)}")
    base = setting["BASE"] or "HEAD^1"
    added = "--diff-filter=ACMR"
    command = [
        "git",
        "diff",
        "--name-only",
        "-z",
        "--no-renames",
        added,
        base,
        "HEAD",
        "--",
        *setting["PATHS"].splitlines(),
    ]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode:
        said = listed.stderr.decode(errors="replace").strip().partition("\n")[0]
        return fail(f"git cannot compare with {base} ({said}): check out with fetch-depth 2 or more")
    photos = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if PHOTO.search(os.fsdecode(name))]
    if not photos:
        print("No photo was added or changed.")
        return 0
    print(f"{len(photos)} photo{'s' * (len(photos) > 1)} added or changed.", flush=True)
    policy = ["--policy", setting["POLICY"]] if setting["POLICY"] else []
    check = [sys.executable, "-m", "headshot_check", "check", "--format", "github", *policy, "--"]
    statuses = {subprocess.run([*check, *some], check=False).returncode for some in parts(photos)}
    return int(any(status in FAIL_ON[fail_on] or status > 2 for status in statuses))


def parts(photos: list[str], most: int = 200) -> list[list[str]]:
    """The photos in parts that fit on a command line, on Windows too."""
    return [photos[at : at + most] for at in range(0, len(photos), most)]


def fail(message: str) -> int:
    """Say as an annotation why nothing was checked."""
    print(f"::error title=headshot-check::{message}")
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
