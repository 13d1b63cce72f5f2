"""The examples for web frameworks and task queues run, and do what they say."""

from __future__ import annotations

import asyncio
import importlib.util
import io
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from fixture_photos import IMAGES

EXAMPLES = Path(__file__).parents[1] / "examples"
GOOD, BAD = (IMAGES / "soft_office.jpg").read_bytes(), (IMAGES / "drivers_seat_selfie.jpg").read_bytes()


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
