"""cleanvision: its seven checks of single pictures (no duplicates), one process; it looks at no faces."""

import contextlib
import io

from cleanvision import Imagelab
from turns import answer

SEVEN = ("dark", "light", "odd_aspect_ratio", "low_information", "blurry", "grayscale", "odd_size")


def check(job: dict) -> str:
    """All files of the job in one go, as its users do; the caller divides."""
    with contextlib.redirect_stdout(io.StringIO()):
        lab = Imagelab(filepaths=job["paths"])
        lab.find_issues(issue_types={name: {} for name in SEVEN}, n_jobs=1, verbose=False)
    if len(lab.issues) != len(job["paths"]):
        raise RuntimeError(f"{len(lab.issues)} rows for {len(job['paths'])} files")
    return ", ".join(sorted(name for name in lab.issues if name.endswith("_issue")))


answer(check)
