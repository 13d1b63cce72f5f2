"""What is released: the same bytes whoever builds it, complete, and valid to those who read it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from headshot_check.nets.runtime import registry

for needed in ("hatchling", "twine", "cyclonedx"):
    pytest.importorskip(needed, reason="extra `release` is not installed")
pytestmark = pytest.mark.release


def build(project: Path) -> tuple[Path, Path]:
    """The sdist and the wheel of a copy of the project."""
    place = project / "dist"
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(place)]
    environment = {**os.environ, "PIP_NO_INDEX": "1"}  # nothing is to be fetched
    done = subprocess.run(
        command, cwd=project, capture_output=True, text=True, timeout=300, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    (sdist,), (wheel,) = place.glob("*.tar.gz"), place.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def released(copy_project: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return build(copy_project(tmp_path_factory.mktemp("first") / "headshot-check"))


def test_built_twice_they_are_the_same_bytes(
    released: tuple[Path, Path], copy_project: Callable[[Path], Path], tmp_path: Path
) -> None:
    other = copy_project(tmp_path / "another folder" / "of another name")
    for path in other.rglob("*"):  # another clone: other times, another umask, files made in another order
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    for mine, theirs in zip(released, build(other), strict=True):
        assert mine.name == theirs.name
        assert mine.read_bytes() == theirs.read_bytes(), mine.name


def test_the_wheel_of_the_sdist_is_the_wheel(released: tuple[Path, Path], tmp_path: Path) -> None:
    sdist, wheel = released
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (project,) = tmp_path.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if "weights/mediapipe/" in name:
                archive.extract(name, project / "src")
    assert build(project)[1].read_bytes() == wheel.read_bytes()


def test_twine_has_nothing_to_say(released: tuple[Path, Path]) -> None:
    command = [sys.executable, "-m", "twine", "check", "--strict", *map(str, released)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2


def test_the_wheel_is_pure_python_and_lists_what_it_carries(released: tuple[Path, Path]) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    wheel = released[1]
    assert wheel.name == f"headshot_check-{version('headshot-check')}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (listed,) = (name for name in names if ".dist-info/sboms/" in name)
        document = archive.read(listed).decode()
        metadata = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    assert not [name for name in names if name.endswith((".so", ".pyd", ".dll", ".dylib"))]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None
    for entry in registry().values():
        assert f'"{entry["file"]}"' in document
        assert entry["sha256"] in document
    assert "License-Expression: MIT AND Apache-2.0" in metadata
    for licence in ("Apache-2.0", "mediapipe", "efficientnet-lite"):
        assert f"License-File: licences/{licence}.txt" in metadata
    for place in ("man/man1/headshot-check.1", "bash-completion/completions/headshot-check"):
        assert any(name.endswith(f".data/data/share/{place}") for name in names)
