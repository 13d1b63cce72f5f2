"""A Celery task that checks an uploaded picture and gives its flat row.

    celery --app tasks worker --concurrency 2

Celery's workers are forked: the checker is made in the worker, at its first task, and not before the fork.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from celery import Celery

from headshot_check import Checker

app = Celery("tasks")


@lru_cache(maxsize=1)
def checker() -> Checker:
    """The worker's checker."""
    return Checker()


@app.task  # type: ignore[untyped-decorator]
def check_photo(path: str) -> dict[str, Any]:
    """Check one photo; a file that cannot be read is a row with the verdict "unreadable" and its cause."""
    return checker().check(path).row()
