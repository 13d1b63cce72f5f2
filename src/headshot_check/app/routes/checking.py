"""POST /api/check: photos in, reports out, each as soon as it is done."""

from __future__ import annotations

import asyncio
import base64
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from headshot_check.app.openapi import CHECK
from headshot_check.app.problems import HttpProblem, internal
from headshot_check.app.server_state import ServerState
from headshot_check.app.uploads import PHOTO_FIELD, PartsReader, body, chunks, reservation_of
from headshot_check.policy import Policy
from headshot_check.text import to_json
from headshot_check.workers.jobs import THUMBNAIL_PX, Job, Outcome

log = logging.getLogger("headshot_check.app")

LONGEST_NAME = 1024
LARGEST_PREVIEW_PX = 1024
"""the analysis pixels have no more"""

PolicyName = Annotated[str | None, Query(description="What to hold it against; default: the server's policy.")]
PhotoName = Annotated[str, Query(max_length=LONGEST_NAME, description="What the report calls the photo.")]
PreviewPx = Annotated[
    int,
    Query(ge=0, le=LARGEST_PREVIEW_PX, description="Longer side of the preview, never enlarged; 0: none is wanted."),
]

router = APIRouter()


@router.post("/check", **CHECK)
async def check(
    request: Request, policy: PolicyName = None, name: PhotoName = PHOTO_FIELD, preview: PreviewPx = THUMBNAIL_PX
) -> Response:
    """Check one photo, or several in the parts of a multipart body, whose results are streamed as they come."""
    server: ServerState = request.app.state.server
    rules = server.policy_named(policy)
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() == "multipart/form-data":
        return _Lines(server, request, rules, preview, PartsReader(content_type, server.limits))
    with server.checks.slot():
        job = Job(await body(request), clean(name), rules, preview)
        outcome = await server.check(job, request)
    return JSONResponse(result(job.name, outcome))


def clean(name: str) -> str:
    """A name that can be written as UTF-8."""
    return name.encode("utf-8", "replace").decode() or PHOTO_FIELD


def result(name: str, outcome: Outcome) -> dict[str, Any]:
    """One photo's result as JSON."""
    return {
        "name": name,
        "report": outcome.report.to_dict(),
        "preview": None if outcome.preview is None else data_url(outcome.preview),
        "phash": None if outcome.phash is None else f"{outcome.phash:016x}",
        "digest": outcome.digest,
        "seconds": round(outcome.seconds, 4),
    }


def data_url(jpeg: bytes) -> str:
    """A JPEG as a data URL."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


class _Lines(Response):
    """The results of a multipart body as JSON Lines, while it still comes in."""

    media_type = "application/x-ndjson"

    def __init__(
        self, server: ServerState, request: Request, policy: Policy, preview: int, reader: PartsReader
    ) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._state, self._request, self._reader = server, request, reader
        self._policy, self._preview = policy, preview
        self._news: asyncio.Queue[dict[str, Any] | Exception | None] = asyncio.Queue()
        self._jobs: set[asyncio.Task[None]] = set()
        self._count = 0
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer.

        Raises
        ------
        HttpProblem
            Something is wrong with the request, and nothing has been sent yet.
        ClientDisconnect
            The client went away.
        """
        with self._state.checks.slot():
            reading = asyncio.create_task(self._read())
            try:
                await self._send_lines(send)
            finally:
                for task in (reading, *self._jobs):
                    task.cancel()

    async def _send_lines(self, send: Send) -> None:
        told, complete = 0, False
        while not complete or told < self._count:
            news = await self._news.get()
            if news is None:
                complete = True
            elif isinstance(news, dict):
                told += 1
                await self._line(send, news)
            elif self._started and not isinstance(news, ClientDisconnect):
                if not isinstance(news, HttpProblem):
                    log.error("a photo of a request could not be checked", exc_info=news)
                problem = news if isinstance(news, HttpProblem) else internal(news)
                await self._line(send, {"problem": problem.to_dict()})
                break
            else:
                raise news
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _line(self, send: Send, document: dict[str, Any]) -> None:
        if not self._started:
            self._started = True
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        line = to_json(document, ensure_ascii=False).encode() + b"\n"
        await send({"type": "http.response.body", "body": line, "more_body": True})

    async def _read(self) -> None:
        """Read the body, submit its photos, then wait for the client to disconnect."""
        try:
            async for piece in chunks(self._request):
                await self._hold(len(piece))
                for part in self._reader.feed(piece):
                    job = Job(part.data, clean(part.name), self._policy, self._preview)
                    task = asyncio.create_task(self._check(self._count, job, part.held))
                    self._jobs.add(task)
                    task.add_done_callback(self._jobs.discard)
                    self._count += 1
                    del part, job
            self._reader.finish()
            self._news.put_nowait(None)
            while (await self._request.receive())["type"] != "http.disconnect":
                pass
            self._news.put_nowait(ClientDisconnect())
        except (HttpProblem, ClientDisconnect) as error:
            self._news.put_nowait(error)

    async def _hold(self, size: int) -> None:
        """Hold memory for a piece; while there is none, wait for photos of this request that are being checked."""
        reservation = reservation_of(self._request)
        while self._jobs and not reservation.has_room(size):
            await asyncio.wait(self._jobs, return_when=asyncio.FIRST_COMPLETED)
        reservation.take(size)

    async def _check(self, index: int, job: Job, held: int) -> None:
        try:
            outcome = await self._state.checked(job)
        except Exception as error:  # of the installation, so no photo can be checked
            self._news.put_nowait(error)
            return
        reservation_of(self._request).release(held)
        self._news.put_nowait({"index": index, **result(job.name, outcome)})
