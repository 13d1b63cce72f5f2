"""All networks of a checker, each opened when it is first needed."""

from __future__ import annotations

from headshot_check.nets.action import ActionNet
from headshot_check.nets.backend import Backend, LiteRTBackend
from headshot_check.nets.car import CarNet
from headshot_check.nets.covering import CoveringNet
from headshot_check.nets.hand import HandNet
from headshot_check.nets.head_marks import HeadMarksNet
from headshot_check.nets.lettering import LetteringNet
from headshot_check.nets.medium import MediumNet
from headshot_check.nets.opening import opened_once
from headshot_check.nets.selfie import SelfieSegmenter
from headshot_check.nets.tones import TonesNet


class Nets:
    """All networks, each opened on first use; thread-safe."""

    def __init__(self, backend: Backend | None = None, *, threads: int = 1) -> None:
        self.backend: Backend = backend if backend is not None else LiteRTBackend(threads=threads)
        self._threads = threads

    @opened_once
    def selfie(self) -> SelfieSegmenter:
        """The person segmenter."""
        return SelfieSegmenter(threads=self._threads)

    @opened_once
    def car(self) -> CarNet:
        """The car network."""
        return CarNet(threads=self._threads)

    @opened_once
    def covering(self) -> CoveringNet:
        """The covering networks."""
        return CoveringNet(threads=self._threads)

    @opened_once
    def hand(self) -> HandNet:
        """The networks that find hands."""
        return HandNet(threads=self._threads)

    @opened_once
    def tones(self) -> TonesNet:
        """The network that estimates tone curves."""
        return TonesNet(threads=self._threads)

    @opened_once
    def medium(self) -> MediumNet:
        """The network that distinguishes photographs from drawings and copies."""
        return MediumNet(threads=self._threads)

    @opened_once
    def lettering(self) -> LetteringNet:
        """The network that finds letters and marks over a picture."""
        return LetteringNet(threads=self._threads)

    @opened_once
    def head_marks(self) -> HeadMarksNet:
        """The network that tells what lies over a head."""
        return HeadMarksNet(threads=self._threads)

    @opened_once
    def action(self) -> ActionNet:
        """The networks that detect somebody speaking or busy, and stage light."""
        return ActionNet(threads=self._threads)

    def close(self) -> None:
        """Free all interpreters; a later call opens them again."""
        self.backend.close()
        for name in ("selfie", "car", "covering", "hand", "tones", "medium", "lettering", "head_marks", "action"):
            if network := self.__dict__.get(name):
                network.close()
