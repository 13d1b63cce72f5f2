"""Photo in, report out: the whole path, with the networks loaded once."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Iterator
from os import PathLike, fsdecode

from headshot_check.assessment import assess, in_words, report_on
from headshot_check.crop import best_frame, target_for, target_named
from headshot_check.crop.result import CroppedPhoto, cropped_photo, notes_on
from headshot_check.crop.suggest import crop_of, roll_limit, shown_crop
from headshot_check.crop.targets import CropError
from headshot_check.errors import HeadshotCheckError, PhotoError
from headshot_check.memory import keep_what_is_freed
from headshot_check.nets.backend import Backend
from headshot_check.photo import Limits as PhotoLimits
from headshot_check.photo import Photo, Source, load
from headshot_check.policy import Policy, load_policy
from headshot_check.report import DriversSeat, Finding, Report
from headshot_check.scene import Nets, NotAssessed, Scene
from headshot_check.sentences import cause_in_words


class Checker:
    """Checks photos against one policy. Reusable and safe to call from any thread; the networks are loaded once.

    Parameters
    ----------
    policy
        A policy that comes with the package, by name, or the path of one's own .toml file.
    threads
        Threads that each network may use.
    limits
        What is refused before it is decoded; default: 100 MiB, 200 megapixels, 750 MB of memory. There is no limit on
        time here, for a decoder cannot be stopped from within its process; what these limits let through takes some
        seconds. To hold photos to a time, use `check_many` with several workers and its `time_limit_s`.
    backend
        What looks for faces; default: the networks that come with the package.

    Raises
    ------
    PolicyError
        The policy is unknown or has a bad key.
    """

    def __init__(
        self,
        policy: str | PathLike[str] | Policy = "linkedin",
        *,
        threads: int = 1,
        limits: PhotoLimits | None = None,
        backend: Backend | None = None,
    ) -> None:
        self.policy = policy if isinstance(policy, Policy) else load_policy(policy)
        self._limits = limits if limits is not None else PhotoLimits()
        self._nets = Nets(backend, threads=threads)
        self._own_backend = backend is not None
        keep_what_is_freed()

    def with_policy(self, policy: str | PathLike[str] | Policy) -> Checker:
        """A checker that holds photos against another policy and shares this one's networks.

        Raises
        ------
        PolicyError
            The policy is unknown or has a bad key.
        """
        other = copy.copy(self)
        other.policy = policy if isinstance(policy, Policy) else load_policy(policy)
        return other

    def check(self, source: Source) -> Report:
        """Check one photo: a path, bytes, a binary file object, a PIL image or RGB uint8 pixels (H, W, 3).

        A picture that cannot be read gives a report with the verdict "unreadable" whose one finding has the cause.

        Raises
        ------
        PhotoError
            With the code "bad_input": the argument is none of the above.
        WeightsError
            A network's file is missing or damaged.
        """
        try:
            return self.check_photo(load(source, limits=self._limits))
        except PhotoError as error:
            if error.code == "bad_input":
                raise
            return unreadable(error, self.policy.name)

    def check_photo(self, photo: Photo) -> Report:
        """Check a photo that is already loaded.

        Raises
        ------
        PhotoError
            "damaged": the larger decode that a small face needs failed.
        """
        return report_on(Scene(photo, self._nets), self.policy, self._nets)

    def check_many(
        self, sources: Iterable[Source], *, workers: int = 1, ordered: bool = True, time_limit_s: float = 30.0
    ) -> Iterator[Report]:
        """Check any number of photos; one that cannot be read gives an "unreadable" report and stops nothing.

        Parameters
        ----------
        sources
            As for `check`. Of an endless iterable only a few are taken ahead of the reports.
        workers
            Processes that check, each with networks of its own. 1: the photos are checked here, one after another. With
            more, images and arrays are still checked here, for they are large to hand over; a script needs no
            `if __name__ == "__main__"`. Closing the iterator ends the workers.
        ordered
            Give the reports in the order of the sources, else as they are done (`Report.source` tells paths apart).
        time_limit_s
            With several workers, the time for one photo in seconds. One that takes longer, or whose worker dies, has an
            "unreadable" report with the cause "timed_out" or "worker_died".

        Raises
        ------
        ValueError
            Several workers are asked for and the checker has a backend of its own, which stays in this process; or an
            argument is out of range.
        WeightsError
            A network's file is missing or damaged.
        WorkerError
            Worker processes do not start on this machine.
        """
        if workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers}")
        if workers == 1:
            return (self._surely(source) for source in sources)
        if self._own_backend:
            raise ValueError("a backend of one's own checks in this process only: use workers=1")
        from headshot_check.scan.many import reports_of
        from headshot_check.scan.pool import WorkerPool

        pool = WorkerPool(self.policy, workers=workers, time_limit_s=time_limit_s, limits=self._limits)
        return reports_of(sources, pool, self._surely, ordered)

    def _surely(self, source: Source) -> Report:
        """As `check`, with a report also of what is no photo at all, and of one on which a measure comes to grief."""
        try:
            return self.check(source)
        except PhotoError as error:
            return unreadable(error, self.policy.name)
        except (HeadshotCheckError, MemoryError):
            raise
        except Exception as error:
            name = fsdecode(source) if isinstance(source, (str, PathLike)) else f"<{type(source).__name__}>"
            return unreadable(check_failed(name, error), self.policy.name)

    def crop(
        self, source: Source | Photo, target: str | None = None, *, size: int | None = None, enlarge: bool = False
    ) -> CroppedPhoto:
        """The best crop of a photo, cut from its full resolution, straightened where that helps, and checked itself.

        Parameters
        ----------
        source
            As for `check`, or a photo that is already loaded.
        target
            One of `headshot_check.crop.TARGETS`; default: the one that fits the policy.
        size
            Width of the crop in px; default: the target's usual one.
        enlarge
            Also when the photo has fewer pixels there. Else the crop is as large as it can be, and a note says so.

        Raises
        ------
        CropError
            No such target, or no face to crop around.
        PhotoError
            The photo cannot be read.
        """
        use = target_for(self.policy.name, self.policy.base) if target is None else target_named(target)
        photo = source if isinstance(source, Photo) else load(source, limits=self._limits)
        scene = Scene(photo, self._nets)
        known = assess(scene, self.policy)
        try:
            frame = best_frame(scene, use, roll_limit(self.policy))
        except NotAssessed as reason:
            raise CropError(f"{photo.source}: {cause_in_words(reason.cause)}, so there is nothing to crop") from None
        cut, jpeg = cropped_photo(photo, frame, use, use.sizes[0] if size is None else size, enlarge)
        report = report_on(Scene(cut, self._nets), self.policy, self._nets, whole=known)
        crop = crop_of(scene, frame, use, known.judged, report, (cut.width, cut.height))
        before = in_words(scene, self.policy, known, shown_crop(scene, use))
        notes = notes_on(scene, frame, use, crop, size)
        return CroppedPhoto(photo.source, cut.rgb, crop, report, before, notes, jpeg)

    def close(self) -> None:
        """Free the networks' memory; a later check loads them again."""
        self._nets.close()


_shared_lock = threading.Lock()
_shared: dict[str, Checker] = {}


def shared_checker(policy: str | PathLike[str] = "linkedin") -> Checker:
    """The checker that `headshot_check.check` uses for a policy."""
    key = str(policy)
    with _shared_lock:
        if key not in _shared:
            _shared[key] = Checker(policy)
        return _shared[key]


def unreadable(error: PhotoError, policy: str = "linkedin") -> Report:
    """The report of a picture that cannot be read."""
    finding = Finding("file.readable", "fail", error.message, value=False, advice=error.remedy, cause=error.code)
    seat = DriversSeat("not_assessed", cause="unreadable")
    return Report(
        error.source, None, "unreadable", None, seat, findings=(finding,), retake=(error.remedy,), policy=policy
    )


def check_failed(name: str, error: Exception) -> PhotoError:
    """The error of a photo on which the check itself came to grief: a fault of ours that must not end a long run."""
    return PhotoError("check_failed", name, f"the check itself failed ({type(error).__name__}: {error})")
