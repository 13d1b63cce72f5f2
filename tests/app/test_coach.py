"""Frames in, guidance out: over real sockets, and the bounds of the sessions."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from fixture_photos import fixture
from PIL import Image

from headshot_check import Checker
from headshot_check.app.coach_sessions import FRAME_BYTES, CoachSessions
from headshot_check.app.problems import HttpProblem
from headshot_check.app.server import running
from headshot_check.app.worker_calls import looked_at
from headshot_check.coaching import live_policy
from headshot_check.photo import PhotoLimits
from headshot_check.policy import load_policy
from headshot_check.workers.pool import WorkerPool

LINKEDIN = load_policy("linkedin")


def frame(name: str) -> bytes:
    """A fixture as a camera would send it: 480 px high."""
    buffer = io.BytesIO()
    picture = Image.open(fixture(name))
    picture.resize((round(480 * picture.width / picture.height), 480)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with (
        running(workers=1) as server,
        httpx.Client(
            base_url=server.origin, headers={"authorization": f"Bearer {server.secret}"}, timeout=120, trust_env=False
        ) as client,
    ):
        yield client


def ask(client: httpx.Client, content: bytes, **query: Any) -> httpx.Response:
    return client.post("/api/coach", params={"session": "test", **query}, content=content)


def test_a_car_is_left_and_a_good_frame_becomes_good(client: httpx.Client) -> None:
    car, good = frame("drivers_seat_selfie"), frame("soft_office")
    for _ in range(6):
        told = ask(client, car, session="one").json()
        assert told["instruction"]["code"] == "leave_car"
        assert not told["all_good"]
    heard, end = [], time.monotonic() + 30
    while not heard or heard[-1]["good_for"] < 1.0:
        assert time.monotonic() < end
        heard.append(ask(client, good, session="one").json())
    assert heard[0]["instruction"]["code"] == "leave_car", "one clean frame is not yet believed"
    assert not heard[0]["all_good"]
    assert heard[-1]["instruction"]["code"] == "good"
    assert heard[-1]["frame"] == 6 + len(heard)
    assert heard[-1]["drivers_seat"]["verdict"] == "unlikely"


def test_what_a_frame_says_of_places(client: httpx.Client) -> None:
    told = ask(client, frame("soft_office"), session="places", camera=1920).json()
    (x0, y0), (x1, _), (_, y1), _ = told["face"]["points"]
    (left_eye, _), (right_eye, _) = told["eyes"]["points"]
    assert 0 < x0 < left_eye < right_eye < x1 < 1
    assert 0 < y0 < y1 < 1
    head, region = (np.array(told["aim"][part]["points"]) for part in ("head", "region"))
    assert (region.min(0) >= 0).all()
    assert (region.max(0) <= 1).all()
    assert (head.min(0) > region.min(0)).all()
    assert (head.max(0) < region.max(0)).all()
    assert {one["group"] for one in told["checks"]} >= {"face", "place", "light", "still"}
    assert told["seconds"] > 0


def test_sessions_do_not_mix_and_policies_are_their_own(client: httpx.Client) -> None:
    tilted = frame("tilted")
    first = ask(client, tilted, session="a").json()
    other = ask(client, tilted, session="b", policy="id-photo").json()
    assert (first["frame"], other["frame"]) == (1, 1)
    assert (first["instruction"]["status"], other["instruction"]["code"]) == ("warn", "move_closer")
    assert ask(client, tilted, session="a", policy="team-page").json()["frame"] == 1, "another policy begins anew"


def test_a_warning_can_be_lived_with_but_not_a_car(client: httpx.Client) -> None:
    tilted = ask(client, frame("tilted"), session="mind", never_mind="tilt_left,nonsense").json()
    assert tilted["never_minded"] == ["tilt_left"]
    assert tilted["instruction"]["code"] == "good"
    car = ask(client, frame("car_dusk"), session="mind-car", never_mind="leave_car").json()
    assert car["instruction"]["code"] == "leave_car"
    assert car["never_minded"] == []


def noise_jpeg(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 150)).save(buffer, "JPEG")
    return buffer.getvalue()


JPEG = noise_jpeg(64, 48)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "unreadable"),
        (b"hello", 422, "unreadable"),
        (b"\xff\xd8\xff", 422, "unreadable"),
        (b"\xff\xd8\xff" + bytes(1000), 422, "unreadable"),
        (JPEG[:80], 422, "unreadable"),
        (noise_jpeg(8, 8), 422, "unreadable"),
        (noise_jpeg(2000, 1200), 422, "unreadable"),
        (bytes(FRAME_BYTES + 1), 413, "too_large"),
    ],
    ids=["empty", "text", "start only", "zeros", "cut in the header", "tiny", "too many pixels", "too many bytes"],
)
def test_a_bad_frame_is_refused_in_words(client: httpx.Client, content: bytes, status: int, code: str) -> None:
    answer = ask(client, content, session="bad")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert answer.json()["remedy"]


def test_a_png_is_not_a_frame(client: httpx.Client) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48)).save(buffer, "PNG")
    assert ask(client, buffer.getvalue(), session="bad").json()["code"] == "unreadable"


def test_half_a_frame_and_a_small_one_are_looked_at(client: httpx.Client) -> None:
    """What can be decoded at all has an answer: at the least that there is no face in it."""
    half = frame("soft_office")
    assert ask(client, half[: len(half) // 2], session="half").status_code == 200
    assert ask(client, JPEG, session="small").json()["instruction"]["code"] == "find_face"


@pytest.mark.parametrize(
    "query",
    [
        {"session": ""},
        {"session": "x" * 65},
        {"session": "../../etc"},
        {"session": "a b"},
        {"camera": 3},
        {"camera": "wide"},
        {"policy": "../linkedin.toml"},
        {"policy": "none"},
        {"never_mind": "x" * 1001},
    ],
)
def test_bad_parameters_are_refused(client: httpx.Client, query: dict[str, Any]) -> None:
    answer = ask(client, JPEG, **query)
    assert answer.status_code == 422
    assert answer.json()["code"] == ("unknown_policy" if "policy" in query else "bad_parameter")


def test_without_the_secret_or_a_session_nothing_is_said(client: httpx.Client) -> None:
    url = str(client.base_url.join("/api/coach"))
    assert httpx.post(url, params={"session": "x"}, content=JPEG, timeout=60, trust_env=False).status_code == 401
    assert client.post("/api/coach", content=JPEG).json()["code"] == "bad_parameter"


def test_the_description_is_true(client: httpx.Client) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    document = client.get("/api/openapi.json").json()
    described = document["paths"]["/api/coach"]["post"]
    answer = described["responses"]["200"]["content"]["application/json"]["schema"]
    schema = {**answer, "components": document["components"]}
    for name in ("soft_office", "car_landscape", "too_dark"):
        jsonschema.validate(ask(client, frame(name), session="described").json(), schema)
    jsonschema.validate({"session": "described", "dropped": True}, schema)


# --- the sessions by themselves ------------------------------------------------------------------------------------


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def in_sessions(scene: Callable[[CoachSessions, Clock], Awaitable[None]]) -> None:
    async def play(pool: WorkerPool) -> None:
        clock = Clock()
        sessions = CoachSessions(pool, clock=clock)
        try:
            await scene(sessions, clock)
        finally:
            sessions.close()

    with WorkerPool(workers=1) as pool:
        asyncio.run(play(pool))


GOOD = frame("soft_office")


def test_of_frames_that_wait_only_the_last_is_looked_at() -> None:
    async def scene(sessions: CoachSessions, clock: Clock) -> None:
        await sessions.guide("me", LINKEDIN, GOOD, None, ())
        burst = [asyncio.create_task(sessions.guide("me", LINKEDIN, GOOD, None, ())) for _ in range(6)]
        told = await asyncio.gather(*burst)
        assert [one is not None for one in told] == [True, False, False, False, False, True]
        assert told[0] is not None
        assert told[-1] is not None
        assert (told[0]["frame"], told[-1]["frame"]) == (2, 3)

    in_sessions(scene)


def test_who_goes_away_does_not_hold_up_the_next_frame() -> None:
    async def scene(sessions: CoachSessions, clock: Clock) -> None:
        for order in ([0], [1], [0, 1], [1, 0], [2], [0, 1, 2]):
            tasks = [asyncio.create_task(sessions.guide("me", LINKEDIN, GOOD, None, ())) for _ in range(3)]
            await asyncio.sleep(0)
            for index in order:
                tasks[index].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            told = await asyncio.wait_for(sessions.guide("me", LINKEDIN, GOOD, None, ()), 10)
            assert told is not None

    in_sessions(scene)


def test_a_broken_frame_does_not_hold_up_the_next() -> None:
    async def scene(sessions: CoachSessions, clock: Clock) -> None:
        for _ in range(3):
            with pytest.raises(HttpProblem, match=r"decoded|JPEG|end"):
                await sessions.guide("me", LINKEDIN, b"\xff\xd8\xff" + bytes(200), None, ())
        assert (await sessions.guide("me", LINKEDIN, GOOD, None, ())) is not None

    in_sessions(scene)


def test_frames_never_touch_the_disk() -> None:
    watching: list[bool] = []
    written: list[object] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        flags = arguments[2] if watching and event == "open" else 0
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            written.append(arguments[0])

    sys.addaudithook(hook)  # there is no way to take it back: it rests when nothing is watched
    checker, live = Checker(), live_policy(LINKEDIN)
    car = frame("drivers_seat_selfie")  # for which all networks are opened
    for number, content in enumerate((car, GOOD, GOOD[: len(GOOD) // 2], car)):
        if number:  # what is loaded once has been
            watching.append(True)
        looked_at(checker, content, PhotoLimits(), live, 1920)
    watching.clear()
    assert written == []


def test_cameras_are_bounded_and_forgotten() -> None:
    async def scene(sessions: CoachSessions, clock: Clock) -> None:

        async def frame_number(name: str) -> int:
            told = await sessions.guide(name, LINKEDIN, JPEG, None, ())
            assert told is not None
            return int(told["frame"])

        names = [f"camera-{number}" for number in range(16)]
        for name in names:
            clock.now += 0.1
            assert await frame_number(name) == 1
        assert await frame_number(names[0]) == 2
        assert await frame_number("one-more") == 1
        assert len(sessions) == 16
        assert await frame_number(names[2]) == 2
        assert await frame_number(names[1]) == 1, "the one that was silent for longest gave way"
        asked = [asyncio.create_task(frame_number(f"crowd-{number}")) for number in range(17)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [one for one in answers if isinstance(one, int)] == [1] * 16
        assert [one.code for one in answers if isinstance(one, HttpProblem)] == ["busy"]
        clock.now += 60
        sessions._sweep_out()
        assert len(sessions) == 0
        assert await frame_number(names[0]) == 1

    in_sessions(scene)
