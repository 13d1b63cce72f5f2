"""`Checker`: a photo goes in, a report comes out, and the networks are loaded once."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import replace
from os import PathLike, fsdecode
from typing import TYPE_CHECKING

from headshot_check.advice.ranking import RankedPhoto, rank_reports
from headshot_check.assessment import report_on
from headshot_check.at_exit import checking
from headshot_check.checks import Check, bring, check_can_travel, known_checks
from headshot_check.crop import target_for, target_named
from headshot_check.crop.result import CroppedPhoto
from headshot_check.cropping import crop_photo
from headshot_check.decoding.source import is_one
from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.errors import HeadshotCheckError, PhotoError, PolicyError, out_of_memory
from headshot_check.memory import keep_what_is_freed
from headshot_check.nets.all import Nets
from headshot_check.nets.backend import Backend
from headshot_check.photo import Photo, PhotoLimits, Source, load
from headshot_check.policy import Policy, built_in, load_policy, with_checks
from headshot_check.report import Region, Report, check_failed, unreadable
from headshot_check.scene import Scene
from headshot_check.scene.turning import set_upright

if TYPE_CHECKING:
    from headshot_check.workers.pool import WorkerPool


class Checker:
    """Checks photos against one policy. Reusable and thread-safe; the networks are loaded once.

    Parameters
    ----------
    policy
        The name of a built-in policy, or the path of a .toml file.
    threads
        Number of threads that each network may use, 1 or more.
    limits
        File size, pixels and memory above which a photo is refused before it is decoded; default: 100 MiB,
        200 megapixels, 750 MB. They do not limit time, as a decoder cannot be interrupted within its own process; a
        photo within these limits takes a few seconds at most. For a time limit see `time_limit_s`.
    backend
        The face detector and landmark model; default: the networks included in the package.
    checks
        Custom checks, in addition to those of the policy (see `headshot_check.checks`).
    time_limit_s
        Time limit for one photo, in seconds. Paths, bytes and streams are then checked and cropped in worker processes,
        which can be killed at any point; a photo that takes longer is "unreadable" with the cause "timed_out". Default:
        no limit, and everything runs in this process. Images, arrays and loaded photos always run in this process,
        without a limit.

    Raises
    ------
    CheckError
        One of `checks` is not a `Check` or has the name of another check, or a check of another package cannot be used.
    PolicyError
        The policy is unknown, has an invalid key, or names a check that is not installed.
    ValueError
        `threads` or `time_limit_s` is out of range, or `limits` is not a `PhotoLimits`.
    """

    def __init__(
        self,
        policy: str | PathLike[str] | Policy = DEFAULT_POLICY,
        *,
        threads: int = 1,
        limits: PhotoLimits | None = None,
        backend: Backend | None = None,
        checks: Iterable[Check] = (),
        time_limit_s: float | None = None,
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        if limits is not None and not isinstance(limits, PhotoLimits):
            raise ValueError(f"limits must be PhotoLimits, not {type(limits).__name__}")
        self._checks = tuple(checks)
        for check in self._checks:
            bring(check)
        self.policy = self._policy(policy)
        self.limits = limits if limits is not None else PhotoLimits()
        """what is refused before it is decoded"""
        self._nets = Nets(backend, threads=threads)
        self._own_backend = backend is not None
        self._time_limit_s = time_limit_s
        self._pools = [] if time_limit_s is None else [self._new_pool(None, time_limit_s)]
        """one pool if there is a time limit, else none; a list, so that checkers made by `with_policy` share it"""
        keep_what_is_freed()

    def with_policy(self, policy: str | PathLike[str] | Policy) -> Checker:
        """A checker for another policy that shares this one's networks and workers.

        Raises
        ------
        PolicyError
            The policy is unknown or has an invalid key.
        """
        other = copy.copy(self)
        other.policy = self._policy(policy)
        return other

    def _policy(self, policy: str | PathLike[str] | Policy) -> Policy:
        if not isinstance(policy, Policy):
            return load_policy(policy, self._checks)
        for check in policy.rules.keys() - known_checks().keys():
            raise PolicyError(f"{policy.name}: {check} is not a check here: install the package that brings it")
        return with_checks(policy, self._checks)

    @checking()
    def check(self, source: Source) -> Report:
        """Check one photo: a path, bytes, a binary file object, a PIL image or an RGB uint8 array (H, W, 3).

        A file that cannot be read gives a report with the verdict "unreadable" whose only finding names the cause.

        Raises
        ------
        PhotoError
            With the code "bad_input": the argument is none of these types.
        WeightsError
            A network's file is missing or damaged.
        """
        try:
            for pool in self._pools:
                from headshot_check.workers.many import checked_in_time

                if (report := checked_in_time(source, pool, self.policy)) is not None:
                    return report
            return self.check_photo(load(source, limits=self.limits))
        except PhotoError as error:
            if error.code == "bad_input":
                raise
            return unreadable(error, self.policy.name)

    @checking()
    def check_photo(self, photo: Photo) -> Report:
        """Check a photo that is already loaded.

        Raises
        ------
        PhotoError
            With the code "damaged": the file could not be decoded again at the higher resolution that a small face
            needs. With the code "out_of_memory": there is too little memory to check it.
        """
        try:
            return report_on(set_upright(self.scene(photo)), self.policy)
        except MemoryError as error:
            raise out_of_memory(photo.source) from error

    def scene(self, photo: Photo) -> Scene:
        """The scene of a loaded photo, as measures see it; each part is computed on first use."""
        return Scene(photo, self._nets)

    def check_many(
        self, sources: Iterable[Source], *, workers: int = 1, ordered: bool = True, time_limit_s: float | None = None
    ) -> Iterator[Report]:
        """Check any number of photos; one that cannot be read gives an "unreadable" report and does not stop the rest.

        Parameters
        ----------
        sources
            Each as for `check`. They are consumed only a few ahead of the reports, so the iterable may be endless.
        workers
            Number of worker processes, each with its own copy of the networks. With 1, photos are checked in this
            process, one after another. With more, images and arrays are still checked in this process, as they are
            expensive to send to another one; a script needs no `if __name__ == "__main__"` guard. Closing the iterator
            stops the workers.
        ordered
            Yield reports in the order of `sources`; otherwise as they complete (`Report.source` identifies paths).
        time_limit_s
            With several workers, the time limit for one photo in seconds; default: the checker's own, or 30. A photo
            that takes longer, or whose worker dies, has an "unreadable" report with the cause "timed_out" or
            "worker_died".

        Raises
        ------
        ValueError
            Several workers are requested and the checker has a custom backend, which cannot leave this process, or a
            custom check that workers cannot import; `sources` is a single photo; an argument is out of range.
        WeightsError
            A network's file is missing or damaged.
        WorkerError
            Worker processes do not start on this machine.
        """
        # a single photo is mostly iterable as well: characters, lines, rows of pixels
        if is_one(sources) or not isinstance(sources, Iterable):
            raise ValueError(f"sources is one {type(sources).__name__}: give a list of photos, or a folder's files")
        if workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers}")
        if workers == 1:
            return (self._surely(source) for source in sources)
        from headshot_check.workers.many import reports_of

        limit_s = self._time_limit_s if time_limit_s is None else time_limit_s
        return reports_of(sources, self._new_pool(workers, limit_s), self._surely, ordered)

    def _new_pool(self, workers: int | None, time_limit_s: float | None) -> WorkerPool:
        if self._own_backend:
            raise ValueError("a custom backend works in this process only: use workers=1 and no time limit")
        check_can_travel(self._checks)
        from headshot_check.workers.pool import WorkerPool
        from headshot_check.workers.time_limit import TIME_LIMIT_S

        limit_s = TIME_LIMIT_S if time_limit_s is None else time_limit_s
        limits, checks = self.limits, self._checks
        return WorkerPool(self.policy, workers=workers, time_limit_s=limit_s, limits=limits, checks=checks)

    def _surely(self, source: Source) -> Report:
        """As `check`, but an invalid source or an exception in a measure gives an "unreadable" report too."""
        try:
            return self.check(source)
        except PhotoError as error:
            return unreadable(error, self.policy.name)
        except HeadshotCheckError:
            raise
        except Exception as error:
            name = fsdecode(source) if isinstance(source, (str, PathLike)) else f"<{type(source).__name__}>"
            return unreadable(check_failed(name, error), self.policy.name)

    @checking()
    def crop(
        self,
        source: Source | Photo,
        target: str | None = None,
        *,
        size: int | None = None,
        enlarge: bool = False,
        region: Region | None = None,
    ) -> CroppedPhoto:
        """The best crop of a photo: cut at full resolution, straightened where that helps, and checked itself.

        A photo whose face lies sideways or upside down is first rotated by multiples of 90 degrees.

        Parameters
        ----------
        source
            As for `check`, or a photo that is already loaded.
        target
            A name in `headshot_check.crop.TARGETS`; default: the target that fits the policy.
        size
            Width of the crop, 16 to 8000 px; default: the target's usual width.
        enlarge
            Upsample to `size` if the photo has fewer pixels there. Otherwise the crop is as large as the photo allows,
            and a note says so.
        region
            Cut here instead of at the best place: four corners in fractions of the photo, as in `Crop.region`. Its
            centre, width and angle are used; the height follows from the target, and the crop is kept inside the photo.

        Raises
        ------
        CropError
            Unknown target, `size` out of range, no face to crop around, an invalid region, or a file that is incomplete
            or damaged.
        PhotoError
            The photo cannot be read, or takes longer than the checker's time limit.
        """
        if self._pools and not isinstance(source, Photo):
            from headshot_check.workers.jobs import Call
            from headshot_check.workers.many import as_encoded

            if (encoded := as_encoded(source, self.limits)) is not None:
                call = Call(cropped_here, (*encoded, target, size, enlarge, region), encoded[1], self.policy)
                return self._pools[0].call(call).result()
        use = target_for(self.policy.name, self.policy.base) if target is None else target_named(target)
        photo = source if isinstance(source, Photo) else load(source, limits=self.limits)
        return crop_photo(self.scene(photo), use, self.policy, size=size, enlarge=enlarge, region=region)

    def close(self) -> None:
        """Free the networks' memory and stop the workers; a later check starts them again."""
        self._nets.close()
        for pool in self._pools:
            pool.close()
        self._pools[:] = [self._new_pool(None, self._time_limit_s) for _ in self._pools]


def cropped_here(
    checker: Checker,
    source: str | bytes,
    name: str,
    target: str | None,
    size: int | None,
    enlarge: bool,
    region: Region | None = None,
) -> CroppedPhoto:
    """`Checker.crop`, run in a worker, of a path or of encoded bytes; `name` identifies the photo in errors.

    Raises
    ------
    CropError, PhotoError
        As `Checker.crop`.
    """
    return checker.crop(loaded_as(name, source, checker.limits), target, size=size, enlarge=enlarge, region=region)


def loaded_as(name: str, source: str | bytes, limits: PhotoLimits) -> Photo:
    """Load a photo from a path or encoded bytes; `name` is its `source` and identifies it in errors.

    Raises
    ------
    PhotoError
        It cannot be read.
    """
    try:
        return replace(load(source, limits=limits), source=name)
    except PhotoError as error:
        raise PhotoError(error.code, name, error.cause, error.remedy) from error


_shared: dict[str, Checker] = {}
"""by name of a built-in policy"""


def shared_checker(policy: str | PathLike[str] = DEFAULT_POLICY) -> Checker:
    """The checker that `headshot_check.check` uses for a policy; all share their networks.

    A policy file is read each time, so that changes to it take effect.
    """
    name = str(policy)
    if (known := _shared.get(name)) is not None:
        return known
    first = _shared.get(DEFAULT_POLICY) or _shared.setdefault(DEFAULT_POLICY, Checker())
    checker = first.with_policy(policy)
    return _shared.setdefault(name, checker) if name in built_in() else checker


def rank_photos(sources: Iterable[Source], checker: Checker) -> tuple[RankedPhoto, ...]:
    """Check the shots and sort them, best first; ties keep their order, unreadable files come last."""
    return rank_reports(checker.check_many(sources), checker.policy)
