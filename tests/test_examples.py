"""The examples run, and do what they say; the job for a cluster in tests/scan/test_ray.py, which has one."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from fixture_photos import IMAGES, ROOT

EXAMPLES = ROOT / "examples"
GOOD, BAD = (IMAGES / "soft_office.jpg").read_bytes(), (IMAGES / "drivers_seat_selfie.jpg").read_bytes()
OTHER_BAD = (IMAGES / "too_dark.jpg").read_bytes()


def example(place: str) -> ModuleType:
    path = EXAMPLES / place
    spec = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_fastapi_takes_fifty_uploads_at_once() -> None:
    form = example("fastapi_form/form.py")
    photos = [GOOD, BAD, b"no photo", GOOD, BAD] * 10

    async def send_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=form.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://form", timeout=120) as client:
            sent = [client.post("/profile-picture", files={"photo": ("me.jpg", photo)}) for photo in photos]
            return await asyncio.gather(*sent)

    answers = asyncio.run(send_all())
    form.pool.shutdown()
    assert [answer.status_code for answer in answers] == [200, 422, 422, 200, 422] * 10
    assert {answer.json()["verdict"] for answer in answers[::5]} == {"ready"}
    refused = answers[1].json()["detail"]
    assert (refused["verdict"], refused["cause"]) == ("retake", None)
    assert refused["retake"]
    assert answers[2].json()["detail"]["cause"] == "not_an_image"


def test_the_event_loop_stays_free_while_photos_are_checked() -> None:
    form = example("fastapi_form/form.py")

    async def count_while_checking() -> int:
        turns, checks = 0, asyncio.gather(*(form.checked(BAD) for _ in range(8)))
        while not checks.done():
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(count_while_checking()) > 20
    form.pool.shutdown()


def test_django_validator() -> None:
    pytest.importorskip("django", reason="django is not installed: pip install -e '.[test,examples]'")
    from django.core.exceptions import ValidationError

    validators = example("django_validator/validators.py")
    upload = io.BytesIO(GOOD)
    validators.validate_profile_picture(upload)
    assert upload.read() == GOOD
    with pytest.raises(ValidationError) as refused:
        validators.validate_profile_picture(io.BytesIO(BAD))
    assert "Get out of the car" in refused.value.messages[0]
    with pytest.raises(ValidationError) as unreadable:
        validators.validate_profile_picture(io.BytesIO(b"no photo"))
    assert [error.code for error in unreadable.value.error_list] == ["not_an_image"]


def test_celery_task() -> None:
    pytest.importorskip("celery", reason="celery is not installed: pip install -e '.[test,examples]'")
    tasks = example("celery_task/tasks.py")
    tasks.app.conf.task_always_eager = True
    row = tasks.check_photo.delay(str(IMAGES / "soft_office.jpg")).get()
    assert (row["verdict"], row["cause"]) == ("ready", None)
    assert tasks.check_photo.delay("nobody.jpg").get()["cause"] == "not_found"


@pytest.mark.skipif(sys.platform == "win32", reason="a group of processes is stopped")
def test_folder_watcher(tmp_path: Path) -> None:
    inbox, accepted, retake = (tmp_path / name for name in ("inbox", "accepted", "retake"))
    for sender in "ab":  # two people's photos may bear one name
        (inbox / sender).mkdir(parents=True)
    (inbox / "early.jpg").write_bytes(GOOD)
    (inbox / "a" / "me.jpg").write_bytes(BAD)
    (inbox / "b" / "me.jpg").write_bytes(OTHER_BAD)
    command = [
        sys.executable,
        str(EXAMPLES / "folder_watcher" / "sort_arrivals.py"),
        *map(str, (inbox, accepted, retake)),
    ]
    cache = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, env=cache, start_new_session=True) as watcher:
        try:
            wait_for(accepted / "early.jpg")
            (inbox / "late.jpg").write_bytes(BAD)
            for name in ("late", "me", "me-2"):
                wait_for(retake / f"{name}.jpg.txt")
        finally:
            os.killpg(watcher.pid, signal.SIGINT)  # Ctrl-C goes to the whole group of a terminal
        assert watcher.wait(timeout=120) == 0
    assert "Get out of the car" in (retake / "late.jpg.txt").read_text(encoding="utf-8")
    assert (retake / "late.jpg").read_bytes() == BAD
    assert {(retake / name).read_bytes() for name in ("me.jpg", "me-2.jpg")} == {BAD, OTHER_BAD}
    assert len(list(retake.iterdir())) == 6
    assert not [path for path in inbox.rglob("*") if path.is_file()]


def test_folder_watcher_says_nothing_of_a_photo_that_was_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sorter = example("folder_watcher/sort_arrivals.py")
    line = json.dumps({"source": str(tmp_path / "gone.jpg"), "verdict": "retake", "retake": ["Face the light."]})
    popen = subprocess.Popen
    monkeypatch.setattr(
        sorter.subprocess, "Popen", lambda command, **how: popen([sys.executable, "-c", f"print({line!r})"], **how)
    )
    sorter.sort_arrivals(tmp_path, tmp_path / "accepted", tmp_path / "retake")
    assert not list((tmp_path / "retake").iterdir())


def wait_for(path: Path, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, path
        time.sleep(0.05)


def test_notebook(tmp_path: Path) -> None:
    for needed in ("nbclient", "ipykernel", "pandas"):
        pytest.importorskip(needed, reason=f"{needed} is not installed: pip install -e '.[test,examples]'")
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("soft_office", "drivers_seat_selfie", "tilted"):
        shutil.copy(IMAGES / f"{name}.jpg", folder)
    shutil.copy(EXAMPLES / "notebook" / "profile_pictures.ipynb", tmp_path)
    run = (
        "import nbformat, nbclient; book = nbformat.read('profile_pictures.ipynb', 4); "
        "nbclient.NotebookClient(book).execute(); nbformat.write(book, 'done.ipynb')"
    )
    done = subprocess.run(
        [sys.executable, "-c", run],
        cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    cells: list[Any] = json.loads((tmp_path / "done.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert {output["output_type"] for output in outputs} == {"execute_result"}  # no warning, nothing on standard error
    count, table, picture, complaints = (output["data"] for output in outputs)
    assert count["text/plain"] == ["3"]
    assert "drivers_seat_selfie" in "".join(table["text/html"])
    assert "<img" in "".join(picture["text/html"]) or "image/jpeg" in picture
    assert "driver" in "".join(complaints["text/plain"])
