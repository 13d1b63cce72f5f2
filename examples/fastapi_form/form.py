"""A sign-up form that takes a profile picture only when it needs no retake, and says what to do otherwise.

    pip install '.[examples]' && uvicorn --app-dir examples/fastapi_form form:app

A check keeps one processor busy and waits for nothing, so it runs in a pool with a thread for each processor: the event
loop stays free, and fifty uploads at once take no more memory than that many checks.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import FastAPI, HTTPException, UploadFile

from headshot_check import Checker, Report

app = FastAPI()
checker = Checker()  # one for all requests: it may be used from any thread, and loads the networks once
pool = ThreadPoolExecutor(max_workers=os.cpu_count())


async def checked(photo: bytes) -> Report:
    """The report of a photo, while the event loop does other things."""
    return await asyncio.get_running_loop().run_in_executor(pool, checker.check, photo)


@app.post("/profile-picture")
async def take_profile_picture(photo: UploadFile) -> dict[str, Any]:
    """Take a picture that is ready or usable; 422 with what to do for any other."""
    report = await checked(await photo.read())
    if not report.ok:
        raise HTTPException(422, {"verdict": report.verdict, "cause": report.cause, "retake": report.retake})
    return {"verdict": report.verdict, "score": report.score, "tips": report.retake}
