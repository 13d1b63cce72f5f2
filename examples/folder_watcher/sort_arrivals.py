"""Sorts photos as they arrive: the good ones go to one folder, the others to another with what to do.

    python sort_arrivals.py INBOX ACCEPTED RETAKE

`headshot-check scan --watch` says when a photo is complete and checks it; Ctrl-C ends both.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path


def sort_arrivals(inbox: Path, accepted: Path, retake: Path) -> None:
    """Sort what is in the folder and whatever arrives, until the watcher is stopped."""
    command = [sys.executable, "-m", "headshot_check", "scan", "--watch", str(inbox), "--format", "jsonl", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as watcher:
        assert watcher.stdout is not None
        for line in watcher.stdout:
            report = json.loads(line)
            photo = Path(report["source"])
            good = report["verdict"] in ("ready", "usable")
            place = accepted if good else retake
            place.mkdir(parents=True, exist_ok=True)
            sorted_away = free_place(place, photo)
            try:
                shutil.move(photo, sorted_away)
            except FileNotFoundError:  # somebody took it away meanwhile
                continue
            if not good:
                advice = place / f"{sorted_away.name}.txt"
                advice.write_text("\n".join(report["retake"]) + "\n", encoding="utf-8")


def free_place(folder: Path, photo: Path) -> Path:
    """A path in the folder that is not taken: photos of several people may be called me.jpg; the next is me-2.jpg."""
    place = folder / photo.name
    numbers = count(2)
    while place.exists():
        place = folder / f"{photo.stem}-{next(numbers)}{photo.suffix}"
    return place


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sort_arrivals(*map(Path, sys.argv[1:4]))
