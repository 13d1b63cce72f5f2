"""A pool that makes outcomes out of a file's bytes, in threads, without networks: what a scan does can be counted."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PIL import Image
from report_factory import report

from headshot_check.errors import PhotoError
from headshot_check.report import unreadable
from headshot_check.workers.jobs import Job, Outcome


def photo_bytes(number: int) -> bytes:
    """Content that no other number has, which the stand-in takes for a readable photo."""
    return f"photo {number}".encode()


class CountingPool:
    """Does jobs like a worker pool.

    Content that begins with "broken" cannot be read, with "dies" ends the worker; every other is a photo whose score is
    its length.
    """

    def __init__(self, workers: int = 2, *, seconds: float = 0.0) -> None:
        self.workers = workers
        self.jobs: list[str] = []
        self.most_waiting = 0
        self._seconds = seconds
        self._open = 0
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(workers)

    def submit(self, job: Job) -> Future[Outcome]:
        """One more job."""
        with self._lock:
            self._open += 1
            self.most_waiting = max(self.most_waiting, self._open)
        return self._threads.submit(self._do, job)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)

    def _do(self, job: Job) -> Outcome:
        try:
            with self._lock:
                self.jobs.append(job.name)
            time.sleep(self._seconds)
            return outcome_of(job)
        finally:
            with self._lock:
                self._open -= 1


def outcome_of(job: Job) -> Outcome:
    """What the stand-in makes of a job."""
    try:
        data = Path(str(job.source)).read_bytes()
    except OSError:
        return Outcome(unreadable(PhotoError("not_found", job.name, "there is no such file")))
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    if data.startswith(b"dies"):
        return Outcome(
            unreadable(PhotoError("worker_died", job.name, "the process that checked it died", "Try again."))
        )
    if data.startswith(b"broken"):
        return Outcome(unreadable(PhotoError("damaged", job.name, "the file is damaged")), digest, size=len(data))
    jpeg = io.BytesIO()
    Image.frombytes("RGB", (4, 4), hashlib.blake2b(data, digest_size=48).digest()).resize((32, 32)).save(jpeg, "JPEG")
    made = report(source=job.name, score=min(len(data), 100))
    return Outcome(made, digest, int(digest[:16], 16), jpeg.getvalue(), len(data), 0.01)
