"""The package: light to import, complete when built, at work without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fixture_photos import ROOT, fixture

import headshot_check
from headshot_check.nets.runtime import registry

HEAVY = ("cv2", "ai_edge_litert", "typer", "numpy", "PIL", "rich", "mediapipe", "click")


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_importing_loads_nothing_heavy() -> None:
    loaded = json.loads(python("import json, sys, headshot_check; print(json.dumps(sorted(sys.modules)))"))
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)


def test_everything_public_can_be_had() -> None:
    for name in headshot_check.__all__:
        assert getattr(headshot_check, name) is not None
        assert name in dir(headshot_check)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = headshot_check.nothing_like_it


def test_check_never_loads_mediapipe() -> None:
    code = (
        "import json, sys, headshot_check\n"
        f"headshot_check.check({str(fixture('drivers_seat_selfie'))!r})\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    loaded = {name.partition(".")[0] for name in json.loads(python(code))}
    assert "ai_edge_litert" in loaded
    assert not loaded & {"mediapipe", "matplotlib", "typer", "rich"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_all_networks_policies_and_the_schema(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        licences = next(name for name in names if name.endswith("METADATA")).replace("METADATA", "licenses")
        assert "END OF TERMS AND CONDITIONS" in archive.read(f"{licences}/licences/Apache-2.0.txt").decode()
    for entry in registry().values():
        assert f"headshot_check/nets/weights/{entry['file']}" in names
    assert {
        "headshot_check/policy/linkedin.toml",
        "headshot_check/report.schema.json",
        "headshot_check/py.typed",
    } <= names
    kept = {"LICENSE", "NOTICE", "licences/mediapipe.txt", "licences/efficientnet-lite.txt"}
    assert {f"{licences}/{name}" for name in kept} <= names
    assert not any(name.startswith(("hatch_build", "build_networks", "tests", "fixtures")) for name in names)


def test_wheel_works_with_networking_cut(wheel: Path, tmp_path: Path) -> None:
    cut = ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*cut, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine cannot cut the network off one process (unshare --net)")
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True, timeout=120)
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    command = [*cut, sys.executable, "-c", "import sys, headshot_check.cli as cli; print(cli.__file__); cli.main()"]
    done = subprocess.run(
        [*command, "check", "--format", "jsonl", str(fixture("drivers_seat_selfie"))],
        capture_output=True, text=True, timeout=120, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    where, report = done.stdout.splitlines()
    assert where.startswith(str(site))
    assert json.loads(report)["drivers_seat"]["verdict"] == "likely"


def test_the_licence_names_each_network_of_the_wheel_and_whether_the_build_changes_it() -> None:
    text = (ROOT / "licences" / "mediapipe.txt").read_text(encoding="utf-8")
    unchanged, changed = text.partition("Unchanged:")[2].split("Changed:")
    for entry in registry().values():
        if "wheel_path" in entry:
            name = Path(entry["file"]).name
            assert (name in changed, name in unchanged) == ("rewritten_by" in entry, "rewritten_by" not in entry), name
