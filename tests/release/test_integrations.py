"""The pre-commit hook and the action, on a small repository as a stranger has it; the files as their readers want."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docs_samples import blocks
from fixture_photos import IMAGES, ROOT

from headshot_check.file_names import SUFFIXES

for needed in ("pre_commit", "check_jsonschema", "yaml"):
    pytest.importorskip(needed, reason="extra `release` is not installed")
pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(not shutil.which("bash"), reason="bash is not on this machine"),
]
SELFIE, GOOD = IMAGES / "drivers_seat_selfie.jpg", IMAGES / "soft_office.jpg"
SCRIPTS = sysconfig.get_path("scripts")


def read_yaml(path: Path) -> Any:
    return importlib.import_module("yaml").safe_load(path.read_text(encoding="utf-8"))


def environment(**more: str) -> dict[str, str]:
    """Git without anybody's settings, and this environment's commands first."""
    people = {
        f"GIT_{role}_{what}": "nobody@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    path = os.pathsep.join((SCRIPTS, os.environ["PATH"]))
    return {
        **os.environ,
        **people,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "PATH": path,
        **more,
    }


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, env=environment()
    )
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A repository of profile pictures, with a bad one that has long been there."""
    place = tmp_path / "directory"
    (place / "people").mkdir(parents=True)
    git(place, "init", "--quiet", "--initial-branch", "main")
    shutil.copy(SELFIE, place / "people" / "old.jpg")
    (place / "README.md").write_text("Our people.\n", encoding="utf-8")
    commit(place, "The directory")
    return place


def pull_request(directory: Path, change: Callable[[Path], None]) -> None:
    """What a pull request's checkout is: the merge of its branch into the base."""
    git(directory, "switch", "--quiet", "--create", "newcomers")
    change(directory)
    commit(directory, "Newcomers")
    git(directory, "switch", "--quiet", "main")
    (directory / "README.md").write_text("Our people, the base moved on.\n", encoding="utf-8")
    commit(directory, "Meanwhile")
    git(directory, "merge", "--quiet", "--no-ff", "--message", "Merge", "newcomers")


def run_action(directory: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The last step of action.yml, its expressions put in as a runner does."""
    action = read_yaml(ROOT / "action.yml")
    given = {name: one["default"] for name, one in action["inputs"].items()} | inputs
    values = {f"inputs.{name}": value for name, value in given.items()} | {"github.action_path": str(ROOT)}
    step = action["runs"]["steps"][-1]
    assert (step["shell"], "${{" in step["run"]) == ("bash", False)  # an expression in a script would be run as code
    put_in = {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: values[found[1]], text) for name, text in step["env"].items()
    }
    return subprocess.run(
        ["bash", "-c", step["run"]], cwd=directory, capture_output=True, text=True, timeout=120,
        env=environment(**put_in), check=False,
    )  # fmt: skip


def add_two(directory: Path) -> None:
    shutil.copy(SELFIE, directory / "people" / "ann, new (1) é.JPG")
    shutil.copy(GOOD, directory / "people" / "ben.jpg")
    (directory / "people" / "notes.txt").write_text("no photo", encoding="utf-8")


def annotations(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith("::")]


def test_the_action_annotates_what_is_added(directory: Path) -> None:
    pull_request(directory, add_two)
    done = run_action(directory)
    assert "2 photos added or changed." in done.stdout
    (line,) = annotations(done)  # not the old one, not the good one
    assert line.startswith("::error file=people/ann%2C new (1) é.JPG,title=")
    assert "car" in line
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("inputs", "status", "lines"),
    [
        ({"fail-on": "never"}, 0, 1),
        ({"fail-on": "unreadable"}, 0, 1),
        ({"paths": "elsewhere/**"}, 0, 0),
        ({"paths": "people/b*\npeople/o*"}, 0, 0),
        ({"policy": "team-page"}, 1, 1),
        ({"policy": "nobody"}, 1, 0),
        ({"base": "nowhere"}, 2, 1),
        ({"fail-on": "sometimes"}, 2, 1),
        ({"policy": "$(touch hacked); x"}, 1, 0),
    ],
    ids=str,
)
def test_what_the_action_is_told(directory: Path, inputs: dict[str, str], status: int, lines: int) -> None:
    pull_request(directory, add_two)
    done = run_action(directory, **inputs)
    assert (done.returncode, len(annotations(done))) == (status, lines), done.stdout + done.stderr
    assert not (directory / "hacked").exists()


def test_a_file_that_is_no_photo_fails_the_step(directory: Path) -> None:
    pull_request(directory, lambda place: (place / "people" / "eve.png").write_text("no picture") and None)
    for fail_on, status in (("unreadable", 1), ("never", 0)):
        done = run_action(directory, **{"fail-on": fail_on})
        assert (done.returncode, len(annotations(done))) == (status, 1)


def test_a_pull_request_without_photos(directory: Path) -> None:
    pull_request(directory, lambda place: (place / "people" / "old.jpg").unlink())
    done = run_action(directory)
    assert (done.returncode, done.stdout) == (0, "No photo was added or changed.\n")


def test_the_hook_stops_the_commit_of_a_selfie(
    copy_project: Callable[[Path], Path], directory: Path, tmp_path: Path
) -> None:
    project = copy_project(tmp_path / "project")
    git(project, "init", "--quiet")
    revision = commit(project, "As it is")
    config = f"repos:\n- repo: {project}\n  rev: {revision}\n  hooks:\n  - id: headshot-check\n"
    (directory / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")

    def hook() -> subprocess.CompletedProcess[str]:
        git(directory, "add", "--all")
        command = [sys.executable, "-m", "pre_commit", "run", "--color", "never"]
        return subprocess.run(
            command, cwd=directory, capture_output=True, text=True, timeout=400, check=False,
            env=environment(PRE_COMMIT_HOME=str(tmp_path / "hooks")),
        )  # fmt: skip

    assert "(no files to check)Skipped" in hook().stdout
    shutil.copy(GOOD, directory / "people" / "ben.jpg")
    done = hook()
    assert ("Passed" in done.stdout, done.returncode) == (True, 0), done.stdout + done.stderr
    shutil.copy(SELFIE, directory / "people" / "ann.jpg")
    done = hook()
    assert "people/ann.jpg: retake" in done.stdout
    assert "ben.jpg" not in done.stdout
    assert done.returncode == 1


def test_hook_and_action_take_for_a_photo_what_the_package_does() -> None:
    (hook,) = read_yaml(ROOT / ".pre-commit-hooks.yaml")
    script = (ROOT / "packaging" / "action" / "check_added_photos.py").read_text(encoding="utf-8")
    for suffix in SUFFIXES:
        assert re.search(hook["files"], f"people/me{suffix.upper()}"), suffix
    assert not re.search(hook["files"], "people/me.jpg.txt")
    assert hook["files"].removeprefix("(?i)") in script


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("vendor.github-workflows", ".github/workflows/*.yml"),
        ("custom.github-workflows-require-timeout", ".github/workflows/*.yml"),
        ("vendor.github-actions", "action.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.github-issue-forms", ".github/ISSUE_TEMPLATE/[!c]*.yml"),
        ("vendor.github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("vendor.citation-file-format", "CITATION.cff"),
    ],
)
def test_files_are_what_their_readers_ask_for(schema: str, pattern: str) -> None:
    files = sorted(map(str, ROOT.glob(pattern)))
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]
    if pattern.endswith(".cff"):
        command[3:3] = ["--default-filetype", "yaml"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_what_the_docs_say_of_hook_and_action_is_valid(tmp_path: Path) -> None:
    workflow, hook = blocks("yaml")
    assert (hook.page, workflow.page) == ("docs/how-to/pre-commit.md", "docs/how-to/ci.md")
    for name, block in ((".pre-commit-config.yaml", hook), ("workflow.yml", workflow)):
        (tmp_path / name).write_text(block.text, encoding="utf-8")
    asked = read_yaml(tmp_path / "workflow.yml")["jobs"]["check"]["steps"][-1]["with"]
    assert asked.keys() <= read_yaml(ROOT / "action.yml")["inputs"].keys()
    for command in (
        ["pre_commit", "validate-config", str(tmp_path / ".pre-commit-config.yaml")],
        ["check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(tmp_path / "workflow.yml")],
    ):
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_issue_forms_ask_for_doctor_and_json_and_never_for_the_photo() -> None:
    forms = {path.stem: read_yaml(path) for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")}
    assert {"fault", "wrong_verdict", "idea"} == set(forms)
    asked = {
        name: {one["id"]: one for one in form["body"] if one.get("validations", {}).get("required")}
        for name, form in forms.items()
    }
    for name in ("fault", "wrong_verdict"):
        assert "headshot-check doctor --format json" in asked[name]["doctor"]["attributes"]["label"]
        (promise,) = (one for one in forms[name]["body"] if one["type"] == "checkboxes")
        assert promise["attributes"]["options"][0]["required"]
        assert "attach no photo of a person" in forms[name]["body"][0]["attributes"]["value"]
    assert "--format json" in asked["wrong_verdict"]["report"]["attributes"]["description"]
    assert not re.search(
        r"(attach|upload|drop|send|paste)\w* (a|the|your) (photo|picture|image)", str(forms), re.IGNORECASE
    )


def test_every_workflow_gives_its_jobs_no_more_than_reading() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        workflow = read_yaml(path)
        assert workflow["permissions"] == {"contents": "read"}, path
        for name, job in workflow["jobs"].items():
            assert "permissions" not in job or (path.stem, name) == ("release", "publish")


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = shutil.which("hadolint", path=SCRIPTS)
    if hadolint is None:
        pytest.skip("hadolint is not on this machine")
    done = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_nobody_and_listens_to_nothing() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last = [line for line in lines[max(at for at, line in enumerate(lines) if line.startswith("FROM ")) :] if line]
    (user,) = (line.split()[1] for line in last if line.startswith("USER "))
    assert user.partition(":")[0].isdigit()
    assert int(user.partition(":")[0]) > 0
    assert not any(line.startswith("EXPOSE") for line in last)
