"""A photo's memory serves the next one."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest
from fixture_photos import fixture

CHECKS = """
import resource, sys
from headshot_check import Checker
checker = Checker()
for _ in range(3):
    checker.check(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    checker.check(sys.argv[1])
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 5)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="about GNU's allocator")
@pytest.mark.parametrize("name", ["soft_office", "drivers_seat_selfie"])
def test_later_photos_take_no_memory_from_the_system(name: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CHECKS, str(fixture(name))], capture_output=True, text=True, check=True, timeout=120
    )
    assert float(run.stdout) < 100  # page faults a photo; 400 to 1,300 without `keep_what_is_freed`
