"""Workers that are started and have their networks loaded before the first photo comes."""

from __future__ import annotations

from io import BytesIO

from headshot_check.scan.jobs import Job
from headshot_check.scan.pool import WorkerPool

_SIDE_PX = 256


def warm(pool: WorkerPool) -> None:
    """Give each worker a picture of nothing: it starts and loads, while the caller goes on."""
    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (_SIDE_PX, _SIDE_PX), (128, 128, 128)).save(file, "JPEG")
    for _ in range(pool.workers):
        pool.submit(Job(file.getvalue(), "warm-up", preview_px=0))
