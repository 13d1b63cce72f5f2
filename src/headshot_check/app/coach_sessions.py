"""The coach's sessions, one for each person before a camera; one thread looks at all frames."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from headshot_check.app.problems import HttpProblem
from headshot_check.coaching import Coach, aim_of, live_policy, look_at
from headshot_check.errors import PhotoError
from headshot_check.nets.all import Nets
from headshot_check.photo import PhotoLimits, load
from headshot_check.policy import Policy
from headshot_check.scene import Scene

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
    """a frame is with the thread"""
    waiting: asyncio.Future[bool] | None = None
    """the frame that is next: True = it may be looked at, False = a later one came"""


class CoachSessions:
    """Guides people through their frames, which stay in memory and are gone when they were looked at.

    Its methods are called on the event loop. Of each session one frame is looked at a time and one waits; when another
    one comes, the one that waits is dropped.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._thread = ThreadPoolExecutor(1, "headshot-coach")
        self._nets: Nets | None = None
        self._sweep: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """How many people are remembered."""
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
        now = self._clock()
        looked = asyncio.wrap_future(
            self._thread.submit(self._look, session.live, session.coach, jpeg, camera_width, frozenset(never_mind), now)
        )
        looked.add_done_callback(lambda done: self._looked_at(session, done))
        guidance = await asyncio.shield(looked)
        if isinstance(guidance, HttpProblem):
            raise guidance
        return guidance

    def close(self) -> None:
        """End it; frames that wait are not looked at."""
        self._sessions.clear()
        if self._sweep is not None:
            self._sweep.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

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
        """Wait until the session's frame before this one was looked at; False when a later one came meanwhile."""
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

    def _looked_at(self, session: _Session, looked: asyncio.Future[dict[str, Any] | HttpProblem]) -> None:
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
        else:
            self._thread.submit(self._free)

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

    def _look(
        self,
        live: Policy,
        coach: Coach,
        jpeg: bytes,
        camera_width: int | None,
        never_mind: frozenset[str],
        now: float,
    ) -> dict[str, Any] | HttpProblem:
        """In the thread: what to say after this frame."""
        started = time.perf_counter()
        if self._nets is None:
            self._nets = Nets()
        try:
            photo = load(jpeg, limits=_FRAME)
        except PhotoError as error:
            return HttpProblem("unreadable", error.cause, remedy=error.remedy)
        seen = look_at(Scene(photo, self._nets), live, camera_width)
        told = coach.next(seen, now, never_mind)
        aim = aim_of(live, photo.width, photo.height)
        return {**told.to_dict(), "aim": aim.to_dict(), "seconds": round(time.perf_counter() - started, 4)}

    def _free(self) -> None:
        """In the thread: give the networks' memory back while nobody is there."""
        if self._nets is not None and not self._sessions:
            self._nets.close()
