"""The coach's sessions, one for each person before a camera; the server's workers look at the frames."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from headshot_check.app.problems import HttpProblem
from headshot_check.app.worker_calls import looked_at
from headshot_check.coaching import Coach, aim_of, live_policy
from headshot_check.coaching.frame import FrameAssessment
from headshot_check.errors import PhotoError
from headshot_check.photo import PhotoLimits
from headshot_check.policy import Policy
from headshot_check.workers.jobs import Call
from headshot_check.workers.pool import WorkerPool

FRAME_BYTES: Final = 1024 * 1024
"""of one frame; 854 x 480 px at JPEG quality 85 have some 70,000"""
_FRAME: Final = PhotoLimits(max_bytes=FRAME_BYTES, max_pixels=1920 * 1080)
_JPEG: Final = b"\xff\xd8\xff"
_SESSIONS: Final = 16
"""remembered at once; one more takes the place of the one that was silent for longest"""
_FORGET_S: Final = 10.0
"""without a frame, after which a session is forgotten"""


@dataclass(slots=True, eq=False)
class _Session:
    """One person's time before the camera."""

    policy: Policy
    live: Policy
    coach: Coach
    last: float
    """when its last frame came"""
    looking: bool = False
    """a frame is with a worker"""
    waiting: asyncio.Future[bool] | None = None
    """the frame that is next: True = it may be looked at, False = a later one came"""


class CoachSessions:
    """Coaches people frame by frame; frames stay in memory and are dropped after they were checked.

    Its methods are called on the event loop. Of each session one frame is looked at a time and one waits; when another
    one comes, the one that waits is dropped.
    """

    def __init__(self, pool: WorkerPool, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool, self._clock = pool, clock
        self._sessions: dict[str, _Session] = {}
        self._sweep: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Number of sessions."""
        return len(self._sessions)

    async def guide(
        self, name: str, policy: Policy, jpeg: bytes, camera_width: int | None, never_mind: Collection[str]
    ) -> dict[str, Any] | None:
        """What to tell a person after this frame; None when it was dropped for a later one.

        Parameters
        ----------
        name
            Of the session; one that is not known begins.
        camera_width
            px that the camera will save; None: as many as the frame has.
        never_mind
            Codes of warnings that the person lives with.

        Raises
        ------
        HttpProblem
            "unreadable": not a JPEG that can be read; "busy": too many sessions.
        """
        if not jpeg.startswith(_JPEG):
            raise HttpProblem("unreadable", "the frame is not a JPEG", remedy="Send frames as JPEG.")
        session = self._session(name, policy)
        if not await self._acquire(session):
            return None
        now, started = self._clock(), time.perf_counter()
        call = Call(looked_at, (jpeg, _FRAME, session.live, camera_width), "frame")
        try:
            looked = asyncio.wrap_future(self._pool.call(call))
        except BaseException:
            self._release(session)
            raise
        looked.add_done_callback(lambda done: self._looked_at(session, done))
        live, coach = session.live, session.coach
        try:
            seen, width, height = await asyncio.shield(looked)
        except PhotoError as error:
            raise HttpProblem("unreadable", error.cause, remedy=error.remedy) from error
        told = coach.next(seen, now, frozenset(never_mind))
        aim = aim_of(live, width, height)
        return {**told.to_dict(), "aim": aim.to_dict(), "seconds": round(time.perf_counter() - started, 4)}

    def close(self) -> None:
        """End all sessions; waiting frames are dropped."""
        self._sessions.clear()
        if self._sweep is not None:
            self._sweep.cancel()

    def _session(self, name: str, policy: Policy) -> _Session:
        now = self._clock()
        session = self._sessions.get(name)
        if session is None:
            self._make_room()
            session = self._sessions[name] = _Session(policy, live_policy(policy), Coach(policy), now)
        elif session.policy is not policy:
            session.policy, session.live, session.coach = policy, live_policy(policy), Coach(policy)
        session.last = now
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(_FORGET_S, self._sweep_out)
        return session

    async def _acquire(self, session: _Session) -> bool:
        """Wait for the session's previous frame; False when a later frame came in the meantime."""
        if not session.looking:
            session.looking = True
            return True
        if session.waiting is not None and not session.waiting.done():
            session.waiting.set_result(False)
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        session.waiting = mine
        try:
            return await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled() and mine.result():  # it could be looked at, and its client is gone
                self._release(session)
            raise

    def _looked_at(self, session: _Session, looked: asyncio.Future[tuple[FrameAssessment, int, int]]) -> None:
        if not looked.cancelled():
            looked.exception()  # asked for, so that it is not reported again when the client has gone away
        self._release(session)

    def _release(self, session: _Session) -> None:
        waiting, session.waiting = session.waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(True)
        else:
            session.looking = False

    def _sweep_out(self) -> None:
        self._forget(self._clock() - _FORGET_S)
        self._sweep = None
        if self._sessions:
            self._sweep = asyncio.get_running_loop().call_later(_FORGET_S / 2, self._sweep_out)

    def _make_room(self) -> None:
        if len(self._sessions) < _SESSIONS:
            return
        silent = [name for name, one in self._sessions.items() if not one.looking]
        if not silent:
            raise HttpProblem(
                "busy", f"frames of {_SESSIONS} cameras are being looked at", headers={"retry-after": "1"}
            )
        del self._sessions[min(silent, key=lambda name: self._sessions[name].last)]

    def _forget(self, unseen_since: float) -> None:
        for name in [name for name, one in self._sessions.items() if one.last <= unseen_since and not one.looking]:
            del self._sessions[name]
