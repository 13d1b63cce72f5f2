"""A new check is three things, as is that of another package: it is found in every view, or an error says why not."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import PathDistribution
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import cv2
import jsonschema
import numpy as np
import pytest
from fixture_photos import ROOT, fixture
from numpy.typing import NDArray
from PIL import Image
from row_factory import row, scan

from headshot_check import Check, Checker, CheckError, Policy, PolicyError, Report, Words, load_policy, schema
from headshot_check import checks as catalogue
from headshot_check.advice.ranking import rank_reports
from headshot_check.checks import Answer, Limits, Reading, Scene, bring, known_checks
from headshot_check.coaching import Coach, live_policy, look_at
from headshot_check.measures import known_measures, measure
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy.writing import to_toml
from headshot_check.scan.kept.fingerprint import fingerprint
from headshot_check.scan.tables.columns import column_types, columns
from headshot_check.views.scan_reports import write_reports
from headshot_check.views.terminal.report_page import render_text
from headshot_check.views.web import NAMES, module
from headshot_check.words import WORDS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXAMPLE = ROOT / "examples" / "red_eye"
NAME = "eyes.red_eye"


@pytest.fixture(autouse=True)
def catalogue_as_it_was() -> Iterator[None]:
    """What a test makes known is forgotten after it."""
    kept = [(table, dict(table)) for table in (WORDS, known_measures(), catalogue._brought, catalogue._packages)]
    yield
    for table, before in kept:
        table.clear()
        table.update(before)  # type: ignore[arg-type]
    known_checks.cache_clear()


def example() -> Any:
    """The example's module, loaded from its file."""
    if "headshot_red_eye" not in sys.modules:
        spec = spec_from_file_location("headshot_red_eye", EXAMPLE / "headshot_red_eye.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules["headshot_red_eye"] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules["headshot_red_eye"])
    return sys.modules["headshot_red_eye"]


@pytest.fixture(scope="module")
def red_eyed() -> NDArray[np.uint8]:
    """A good picture with both pupils red."""
    report = Checker().check(fixture("soft_office"))
    pixels = load(fixture("soft_office")).rgb.copy()
    height, width = pixels.shape[:2]
    (face,) = report.faces
    assert face.eyes is not None
    for x, y in face.eyes.points:
        middle = (round(x * width), round(y * height))
        cv2.circle(pixels, middle, round(0.09 * face.inter_eye_px * width / report.photo.width), (230, 40, 30), -1)  # type: ignore[union-attr]
    return pixels


def found_everywhere(checker: Checker, pixels: NDArray[np.uint8], tmp_path: Path) -> Report:
    """The report of a red-eyed picture, after a look for the check in every view."""
    policy = checker.policy
    report, plain = checker.check(pixels), checker.check(fixture("soft_office"))
    finding = report.finding(NAME)
    assert (finding.status, plain.finding(NAME).status) == ("fail", "pass")
    assert finding.region is not None

    text = render_text(report, width=100)
    assert "Red eyes" in text
    assert finding.message in " ".join(text.split())
    assert any(finding.advice and finding.advice.rstrip(".") in step for step in report.retake)

    document = json.loads(json.dumps(report.to_dict()))
    jsonschema.validate(document, schema())
    (in_json,) = (one for one in document["findings"] if one["check"] == NAME)
    assert (in_json["label"], in_json["shown"]) == ("red eyes", finding.shown)
    assert Report.from_dict(document).to_dict() == document

    names = json.loads(re.findall(r"^export const CHECK_NAMES = (.*);$", module(NAMES), re.MULTILINE)[0])
    assert names[NAME] == "red eyes"

    assert column_types(policy)[NAME] is float
    assert columns(row("a.jpg", report), policy)[NAME] == round(float(finding.value), 4)  # type: ignore[arg-type]
    paths = write_reports(scan([row("a.jpg", report), row("b.jpg", plain)], policy=policy), tmp_path / "out")
    written = {path.name: path.read_text(encoding="utf-8-sig") for path in paths if path.suffix != ".parquet"}
    index = json.loads(re.findall(r'id="index">(.*?)</script>', written["report.html"], re.DOTALL)[0])
    (described,) = (one for one in index["checks"] if one["check"] == NAME)
    assert described["wrong"] == "red eyes"
    assert f'"{NAME}": "red eyes"' in written["report.html"]
    assert next(csv.DictReader(written["rows.csv"].splitlines()))["failed"] == NAME
    assert NAME in written["rows.jsonl"]
    assert NAME in written["junit.xml"]

    worse = rank_reports([plain, report], policy)[1]
    assert "red eyes" in worse.reason

    live = live_policy(policy)
    frame = look_at(Scene(load(pixels), Nets()), live)
    assert [fault.check for fault in frame.faults] == [NAME]
    coach = Coach(policy)
    said = [coach.next(frame, 0.1 * at) for at in range(12)][-1].said
    assert said.text == finding.advice
    return report


def test_a_check_of_ours_is_three_things(tmp_path: Path, red_eyed: NDArray[np.uint8]) -> None:
    own = example()
    measure(NAME, "share")(own.red_eye)  # in measures/
    WORDS[NAME] = own.RED_EYE.words  # in words/
    known_checks.cache_clear()
    file = tmp_path / "mine.toml"  # in policy/
    file.write_text(f'extend = "linkedin"\n[checks."{NAME}"]\nwarn_above = 0.1\nfail_above = 0.3\n')
    report = found_everywhere(Checker(file), red_eyed, tmp_path)
    assert report.finding(NAME).limits == Limits(warn_above=0.1, fail_above=0.3)


def test_a_checker_takes_checks_of_ones_own(tmp_path: Path, red_eyed: NDArray[np.uint8]) -> None:
    checker = Checker(checks=[example().RED_EYE])
    found_everywhere(checker, red_eyed, tmp_path)
    assert NAME in checker.with_policy("resume").policy.rules
    assert NAME in checker.with_policy(load_policy("resume")).policy.rules
    assert NAME not in Checker().policy.rules
    (tmp_path / "mild.toml").write_text(f'extend = "linkedin"\n[checks]\n"{NAME}" = {{fail_above = "off"}}\n')
    (tmp_path / "none.toml").write_text(f'extend = "linkedin"\n[checks]\n"{NAME}" = "off"\n')
    mild = Checker(tmp_path / "mild.toml", checks=[example().RED_EYE])
    assert mild.check(red_eyed).finding(NAME).status == "warn"
    assert NAME not in Checker(tmp_path / "none.toml", checks=[example().RED_EYE]).policy.rules


@pytest.mark.parametrize("missing", ["record", "measure"])
def test_a_check_that_is_not_complete_is_an_error_with_the_remedy(missing: str) -> None:
    if missing == "record":
        measure(NAME, "share")(example().red_eye)
    else:
        WORDS[NAME] = example().RED_EYE.words
    known_checks.cache_clear()
    with pytest.raises(CheckError, match=f"{NAME}' has no {missing}: write one in headshot_check/"):
        Checker()


def told(**parts: Any) -> Callable[[], Check]:
    own = example().RED_EYE
    given = {field: getattr(own, field) for field in Check.__slots__} | parts
    return lambda: Check(**given)


RED = example().RED_EYE.words


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (told(name="red_eye"), "name it subject.measure"),
        (told(name="pupils.red"), "one of the subjects car, faces"),
        (told(measure=None), "not callable"),
        (told(words=replace(RED, name="")), "no name"),
        (told(words=replace(RED, good="")), "no sentence for a value within the limits"),
        (told(words=replace(RED, high="Red by {iris}.")), "unknown placeholders: remove iris"),
        (told(words=replace(RED, do_high="")), "give high and do_high"),
        (told(limits=Limits(warn_below=0.1)), "give low and do_low"),
        (told(limits=Limits(warn_in=("red",))), "kind is 'number'"),
        (told(words=Words("lens", "word", "Fine."), limits=Limits(warn_in=("red",))), r"give answers\['red'\]"),
        (told(words=Words("lens", "word", "Fine."), limits=Limits(warn_above=1)), "kind is 'word'"),
        (
            told(
                words=Words("lens", "word", "Fine.", low="x", do_low="y", values=("blue",)),
                limits=Limits(fail_in=("red",)),
            ),
            "list 'red', which it never answers",
        ),
        (
            told(words=Words("lens", "yes_no", "Fine.", low="x", do_low="y"), limits=Limits(fail_in=("True",))),
            "list 'True', which it never answers",
        ),
    ],
)
def test_what_a_check_lacks_is_said_when_it_is_made(make: Callable[[], Check], says: str) -> None:
    with pytest.raises(CheckError, match=says):
        make()


def test_limits_that_contradict_each_other_and_names_that_are_taken_are_errors() -> None:
    with pytest.raises(PolicyError, match="must lie beyond"):
        Checker(checks=[told(limits=Limits(warn_above=0.5, fail_above=0.1))()])
    with pytest.raises(CheckError, match="another check has that name"):
        bring(told(name="lighting.dark")())
    with pytest.raises(CheckError, match="not function"):
        Checker(checks=[told])  # type: ignore[list-item]
    assert Checker().check(fixture("soft_office")).verdict == "ready"


def test_a_kept_policy_with_a_check_that_is_not_here_is_an_error() -> None:
    rules = load_policy("linkedin").rules
    with pytest.raises(PolicyError, match=f"{NAME} is not a check here: install the package that brings it"):
        Checker(Policy("kept", "", {**rules, NAME: rules["lighting.dark"]}))


def test_words_and_numpy_values_come_out_as_plain_ones() -> None:
    answers = {"True": Answer("A hat.", "Take off the hat."), "False": Answer("No hat.")}
    worn = Words("hat worn", "yes_no", answers=answers, step=3, topic="hat")
    hat = Check("covering.hat", lambda scene: np.bool_(scene.width > 0), worn, Limits(fail_in=(True,)))  # type: ignore[arg-type, return-value]
    checker = Checker(checks=[hat])
    report = checker.check(fixture("soft_office"))
    assert report.finding("covering.hat").value is True
    assert report.finding("covering.hat").message == "A hat."
    assert report.retake == ("Take off the hat: a hat.",)
    json.dumps(report.to_dict())
    assert columns(row("a.jpg", report), checker.policy)["covering.hat"] is True
    with pytest.raises(ValueError, match=r"worker processes cannot import .*lambda.*top of a module, or use workers=1"):
        checker.check_many([fixture("soft_office")], workers=2)


def test_the_share_of_a_reading_is_said() -> None:
    words = Words("stripes", good="No stripes.", high="{share} of the picture is striped.", do_high="Turn round.")
    check = Check("background.stripes", lambda scene: Reading(7.0, share=0.25), words, Limits(warn_above=5.0))
    report = Checker(checks=[check]).check(fixture("soft_office"))
    assert report.finding("background.stripes").message == "25 % of the picture is striped."


def test_workers_import_what_a_checker_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    checker = Checker(checks=[example().RED_EYE])
    reports = list(checker.check_many([fixture("soft_office"), fixture("tilted")], workers=2))
    assert [one.finding(NAME).status for one in reports] == ["pass", "pass"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the example as pip would put it there."""
    folder = tmp_path / "site"
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [
        f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in own.items())
        for group, own in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("\n".join(lines))
    shutil.copy(EXAMPLE / "headshot_red_eye.py", folder)
    return folder


def test_a_package_brings_a_check(
    tmp_path: Path, installed: Path, red_eyed: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(load_policy("linkedin"))
    example()
    monkeypatch.syspath_prepend(str(installed))
    known_checks.cache_clear()
    assert NAME in load_policy("id-photo").rules
    report = found_everywhere(Checker(), red_eyed, tmp_path)
    assert report.finding(NAME).limits == example().RED_EYE.limits
    assert fingerprint(load_policy("linkedin")) != before
    (tmp_path / "whole.toml").write_text(to_toml(load_policy("resume")))
    assert load_policy(tmp_path / "whole.toml").rules.keys() == load_policy("resume").rules.keys()


def test_a_package_whose_check_cannot_be_loaded_is_named(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "headshot_red_eye", raising=False)
    (installed / "headshot_red_eye.py").write_text("import no_such_module\n")
    monkeypatch.syspath_prepend(str(installed))
    known_checks.cache_clear()
    with pytest.raises(CheckError, match=r"red_eye' of headshot-red-eye 1\.0 cannot be loaded \(No module"):
        Checker()


def test_a_scan_with_workers_has_the_check_of_a_package(
    tmp_path: Path, installed: Path, red_eyed: NDArray[np.uint8]
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(red_eyed).save(photos / "red.png")
    shutil.copy(fixture("soft_office"), photos)
    (tmp_path / "strict.toml").write_text(f'extend = "linkedin"\n[checks."{NAME}"]\nwarn_above = 0.05\n')
    paths = os.pathsep.join(filter(None, (str(installed), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "headshot_check", "scan", photos, "--out", tmp_path / "out", "--workers", "2"]
    done = subprocess.run(
        [*command, "--policy", tmp_path / "strict.toml", "--fresh"],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    with (tmp_path / "out" / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {one["name"]: one for one in csv.DictReader(file)}
    assert rows["red.png"]["failed"] == NAME
    assert rows["soft_office.jpg"]["failed"] == ""
    assert float(rows["red.png"][NAME]) > 0.4 > float(rows["soft_office.jpg"][NAME])
    lines = [json.loads(line) for line in (tmp_path / "out" / "rows.jsonl").read_text().splitlines()]
    limits = [one["limits"] for line in lines for one in line["report"]["findings"] if one["check"] == NAME]
    assert limits == [{"warn_above": 0.05, "fail_above": 0.4}] * 2


def test_a_package_is_seen_in_a_zip_file_too(tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = shutil.make_archive(str(tmp_path / "packages"), "zip", installed)
    monkeypatch.delitem(sys.modules, "headshot_red_eye", raising=False)
    monkeypatch.syspath_prepend(archive)
    known_checks.cache_clear()
    assert NAME in load_policy("linkedin").rules


def test_a_package_that_an_importer_of_its_own_finds_is_seen(
    tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = shutil.move(next(installed.glob("*.dist-info")), tmp_path)

    class Finder:
        find_spec = staticmethod(lambda name, path=None, target=None: None)
        find_distributions = staticmethod(lambda context: [PathDistribution(Path(about))])

    monkeypatch.delitem(sys.modules, "headshot_red_eye", raising=False)
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    known_checks.cache_clear()
    assert NAME in load_policy("linkedin").rules


def test_without_a_package_that_brings_a_check_none_is_asked() -> None:
    code = (
        "import sys, headshot_check.checks as checks; checks.known_checks(); print('importlib.metadata' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
