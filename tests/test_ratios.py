"""benchmarks/speed/ratios.py: what CI's short speed run calls worse."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed import over_photos, ratios
from benchmarks.speed.ratios import held, ratios_of, renewed, table

BY_MEDIAPIPE = "1 MP / MediaPipe's landmarks and mask"


def verdicts(kept: dict[str, float], found: dict[str, float], margin: float = 1.2) -> dict[str, str]:
    return {row.name: row.verdict for row in held(kept, found, margin)}


def test_worse_by_more_than_the_margin_is_worse() -> None:
    kept = dict.fromkeys(("as kept", "within", "beyond", "better"), 2.0)
    rows = held(kept, {"as kept": 2.0, "within": 2.39, "beyond": 2.41, "better": 1.5}, 1.2)
    assert [row.verdict for row in rows] == ["ok", "ok", "WORSE", "better: keep it with --renew"]
    assert [row.bad for row in rows] == [False, False, True, False]
    assert "| beyond | 2 | 2.41 | 2.4 | WORSE |" in table(rows)


def test_only_mediapipe_may_be_missing() -> None:
    missing = held({"1 MP / floor": 10.0, BY_MEDIAPIPE: 1.0, "cold check / import mediapipe": 0.4}, {}, 1.2)
    assert [row.verdict for row in missing] == ["MISSING", "no MediaPipe here", "no MediaPipe here"]
    assert [row.bad for row in missing] == [True, False, False]


def test_what_is_not_kept_yet_fails_nothing() -> None:
    assert verdicts({}, {"48 MP / floor": 1.3}) == {"48 MP / floor": "new"}


def test_one_slow_round_changes_nothing() -> None:
    calm = {
        "1 MP": [0.03] * 5,
        "1 MP / floor": [0.002] * 5,
        "cold check": [0.3] * 5,
        "cold check / import cv2": [0.1] * 5,
    }
    stalled = {name: [*values[:-1], 9.0] for name, values in calm.items()}
    assert ratios_of(stalled) == pytest.approx(ratios_of(calm))


def test_a_machine_twice_as_slow_changes_nothing() -> None:
    seconds = {
        "12 MP": [0.05, 0.06],
        "12 MP / floor": [0.03, 0.02],
        "cold --help": [0.2],
        "cold --help / import cv2": [0.4],
    }
    slow = {name: [2 * value for value in values] for name, values in seconds.items()}
    assert ratios_of(slow) == pytest.approx(ratios_of(seconds))


def test_renewing_keeps_what_was_not_measured() -> None:
    document = json.loads(renewed({"1 MP / floor": 9.87654}, {BY_MEDIAPIPE: 1.0, "1 MP / floor": 11.0}, ["--renew"]))
    assert document["ratios"] == {BY_MEDIAPIPE: 1.0, "1 MP / floor": 9.8765}
    assert document["command"] == "python -m benchmarks.speed.ratios --renew"
    assert ratios.machine().items() <= document.items()
    assert str(Path.home()) not in json.dumps(document)


@pytest.mark.parametrize(
    ("tries", "status"), [([1.0], 0), ([1.3, 1.1], 0), ([1.3, 1.3], 1)], ids=["calm", "calm at last", "worse"]
)
def test_it_fails_when_worse_twice(
    tries: list[float], status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "ratios.json"
    kept.write_text(json.dumps({**ratios.machine(), "ratios": {"1 MP / floor": 1.0}}), encoding="utf-8")
    left = iter(tries)
    monkeypatch.setattr(ratios, "measured", lambda *_: {"1 MP / floor": next(left)})
    monkeypatch.setattr(ratios, "make", lambda *_: tmp_path)
    monkeypatch.setattr(ratios, "files", lambda *_: {})
    monkeypatch.setattr(ratios.os, "sched_setaffinity", lambda *_: None, raising=False)
    monkeypatch.setattr(sys, "argv", ["ratios.py", "--kept", str(kept)])
    assert ratios.main() == status
    assert list(left) == []
    assert f"margin {ratios.MARGIN}\n" in capsys.readouterr().out


def test_other_machines_have_a_wider_margin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "ratios.json"
    kept.write_text(json.dumps({"processor": "of long ago", "ratios": {"1 MP / floor": 1.0}}), encoding="utf-8")
    monkeypatch.setattr(ratios, "measured", lambda *_: {"1 MP / floor": 1.3})
    monkeypatch.setattr(ratios, "make", lambda *_: tmp_path)
    monkeypatch.setattr(ratios, "files", lambda *_: {})
    monkeypatch.setattr(ratios.os, "sched_setaffinity", lambda *_: None, raising=False)
    monkeypatch.setattr(sys, "argv", ["ratios.py", "--kept", str(kept)])
    assert ratios.main() == 0
    assert "of long ago" in capsys.readouterr().out


def test_the_kept_ratios_are_whole() -> None:
    document = json.loads(ratios.KEPT.read_text(encoding="utf-8"))
    assert {"processor", "python", "date", "command", "libraries"} <= document.keys()
    assert all(value > 0 for value in document["ratios"].values())
    assert {"1 MP / floor", "12 MP / floor", "cold check / import cv2"} <= document["ratios"].keys()


def test_times_keep_their_photo_where_another_is_left_out(tmp_path: Path) -> None:
    class Contender:
        batch = 1

        def take(self, **job: Any) -> dict[str, Any]:
            return {"error": "cut short"} if job["path"].endswith("b.jpg") else {"cpu": 0.002}

    paths = [tmp_path / f"{name}.jpg" for name in "abc"]
    for path in paths:
        path.touch()
    contenders: Any = {over_photos.OURS: Contender(), over_photos.FLOOR: Contender()}
    times = over_photos.timed(contenders, paths, 2)
    assert times == {name: {paths[0]: 2.0, paths[2]: 2.0} for name in contenders}
    assert "| ours, ms | 2.0 | 2.0 | 2.0-2.0 | 2.0 |" in over_photos.table(times)
