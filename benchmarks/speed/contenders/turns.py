"""What every contender does: answer each line of standard input, a job as JSON, with the seconds that the job took.

A job is {"path": FILE} or {"paths": [FILE, ...]}; the answer {"seconds": wall, "cpu": of the process, "what": word}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


def answer(work: Callable[[dict[str, Any]], str | None]) -> None:
    """Do `work` for each job, timed, until standard input ends; standard output carries nothing but answers."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    print(json.dumps({"ready": True}), file=out)
    for line in sys.stdin:
        job = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            what = work(job)
        except Exception as error:  # a contender that cannot read a file says so
            print(json.dumps({"error": f"{type(error).__name__}: {error}"[:300]}), file=out)
            continue
        took = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps({**took, "what": what or ""}), file=out)
