"""What the tests of a release share: copies of the project as a stranger has it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_photos import ROOT

WEIGHTS = Path("src/headshot_check/nets/weights/mediapipe")


def project_files() -> list[str]:
    """The files that a commit of all there is would have."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout of git")
    return [name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def copy_project() -> Callable[[Path], Path]:
    """Copies the project to a folder, with MediaPipe's networks, so that no build of it fetches anything."""

    def copy(folder: Path) -> Path:
        for name in project_files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
        shutil.copytree(ROOT / WEIGHTS, folder / WEIGHTS)
        return folder

    return copy
