"""The embedded networks against MediaPipe's own Face Landmarker, on the same pixels: faces found, mesh points, irises.

Runs where both are installed (see benchmarks/RESULTS-quality.md):

    python -m benchmarks.quality.parity --photos ../shared/photos --bundle ../shared/models/face_landmarker.task
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from headshot_check.nets import blazeface
from headshot_check.nets.backend import PRESENT, Backend, LiteRTBackend
from headshot_check.nets.face_mesh import _MIRROR, FaceMesh, Mesh, roi_of_detection
from headshot_check.nets.mediapipe_tasks import MediaPipeBackend
from headshot_check.pixels.geometry import Square
from headshot_check.scene.face_search import find_faces

_EYES = ((33, 133), (362, 263))
FRONTAL_DEG = 30.0


@dataclass
class Tally:
    """What one source, or all of them, came to."""

    with_face: int = 0
    without_face: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    """per system: photos with a face in which it found one"""
    false: dict[str, int] = field(default_factory=dict)
    """per system: photos without a face in which it found one"""
    faces: dict[str, int] = field(default_factory=dict)
    """per system: faces found in photos with a face"""
    points: list[NDArray[np.float64]] = field(default_factory=list)
    """per frontal face: (468,) distances over the inter-eye distance"""
    own: list[NDArray[np.float64]] = field(default_factory=list)
    """the same, MediaPipe's against what it says of the mirrored photo"""
    irises: list[NDArray[np.float64]] = field(default_factory=list)
    """per frontal face: (2,) distances of the iris centres"""

    def count(self, row: dict[str, str], found: dict[str, int]) -> None:
        """Count one photo: how many faces each system found."""
        has_face = row["faces"] != "0"
        self.with_face += has_face
        self.without_face += not has_face
        for system, number in found.items():
            into = self.hits if has_face else self.false
            into[system] = into.get(system, 0) + (number > 0)
            self.faces[system] = self.faces.get(system, 0) + number * has_face


def read_photo(path: Path) -> NDArray[np.uint8]:
    """Upright RGB (H, W, 3), as both systems get it."""
    with Image.open(path) as image:
        return np.ascontiguousarray(ImageOps.exif_transpose(image).convert("RGB"))


def eyes_px(points: NDArray[np.floating]) -> float:
    """Inter-eye distance: between the middles of the eyes' corners."""
    right, left = (points[list(corners), :2].mean(0) for corners in _EYES)
    return float(np.linalg.norm(left - right))


def yaw_deg(points: NDArray[np.floating]) -> float:
    """How far the line between the face's sides (mesh points 234 and 454) leaves the picture's plane."""
    side = points[454] - points[234]
    return math.degrees(math.atan2(float(side[2]), float(np.hypot(side[0], side[1]))))


def meshes(backend: Backend, rgb: NDArray[np.uint8]) -> list[Mesh]:
    """The faces of rgb that a backend's detector and mesh agree on, largest first."""
    fitted = (backend.fit_mesh(rgb, face) for face in backend.find_faces(rgb))
    return sorted((mesh for mesh in fitted if mesh.presence >= PRESENT), key=lambda mesh: -eyes_px(mesh.points))


def same_face(mesh: NDArray[np.floating], others: Iterable[NDArray[np.floating]]) -> int | None:
    """Which of others has its middle nearest to the mesh's, within one inter-eye distance."""
    far = [float(np.linalg.norm(mesh[:468, :2].mean(0) - other[:468, :2].mean(0))) for other in others]
    if not far or min(far) > eyes_px(mesh):
        return None
    return int(np.argmin(far))


def distances(reference: NDArray[np.floating], points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N,) distances in the picture over the reference's inter-eye distance."""
    return np.asarray(np.linalg.norm(points[:, :2] - reference[:, :2], axis=1) / eyes_px(reference), np.float64)


def compare_photo(
    row: dict[str, str], rgb: NDArray[np.uint8], ours: Backend, theirs: Backend, tallies: Sequence[Tally]
) -> None:
    """Look at one photo with both and add what came out to each of tallies."""
    our_meshes, their_meshes = meshes(ours, rgb), meshes(theirs, rgb)
    found = {
        "MediaPipe": len(their_meshes),
        "ours": len(our_meshes),
        "ours with retries": len(find_faces(rgb, ours).faces),
    }
    for tally in tallies:
        tally.count(row, found)
    if not their_meshes or abs(yaw_deg(their_meshes[0].points)) >= FRONTAL_DEG:
        return
    reference = their_meshes[0]
    match = same_face(reference.points, [mesh.points for mesh in our_meshes])
    if match is None:
        return
    mesh = our_meshes[match]
    irises = np.array(
        [
            np.linalg.norm(a.iris[0] - b.iris[0]) / eyes_px(reference.points)
            for a, b in zip(ours.find_eyes(rgb, mesh), theirs.find_eyes(rgb, reference), strict=True)
        ]
    )
    mirrored = [flipped.points[_MIRROR] for flipped in meshes(theirs, np.ascontiguousarray(rgb[:, ::-1]))]
    for points in mirrored:
        points[:, 0] = rgb.shape[1] - points[:, 0]
    twin = same_face(reference.points, mirrored)
    for tally in tallies:
        tally.points.append(distances(reference.points, mesh.points))
        tally.irises.append(irises)
        if twin is not None:
            tally.own.append(distances(reference.points, mirrored[twin]))


def percent(values: list[NDArray[np.float64]], share: float) -> str:
    """A percentile of all values, in percent."""
    return f"{100 * np.percentile(np.concatenate(values), share):.2f}" if values else "-"


def table(tallies: dict[str, Tally]) -> str:
    """Markdown."""
    head = (
        "| source | photos with a face | found: MediaPipe | ours | ours with retries | photos without "
        "| false: MediaPipe | ours | ours with retries | frontal faces of both | points: median % | p95 % "
        "| MediaPipe mirrored: median % | p95 % | iris: median % | p95 % |"
    )
    lines = [head, "|---" + "|---:" * 15 + "|"]
    for source, t in tallies.items():
        systems = ("MediaPipe", "ours", "ours with retries")
        cells = [source, t.with_face, *(t.hits.get(s, 0) for s in systems)]
        cells += [t.without_face, *(t.false.get(s, 0) for s in systems), len(t.points)]
        cells += [percent(values, share) for values in (t.points, t.own, t.irises) for share in (50, 95)]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


# --- The same network in MediaPipe 0.10.21, which ships it: proves the decoding and the regions.

_SOLUTIONS = """
import json, sys
import mediapipe, numpy
from PIL import Image, ImageOps
mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=16, min_detection_confidence=0.5)
out = []
for path in json.load(sys.stdin):
    rgb = numpy.ascontiguousarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
    height, width = rgb.shape[:2]
    found = mesh.process(rgb).multi_face_landmarks or []
    out.append([[[p.x * width, p.y * height] for p in face.landmark] for face in found])
json.dump(out, open(sys.argv[1], "w"))
"""


def same_network(photos: list[Path], python: str) -> str:
    """Our decoding against MediaPipe's solutions.face_mesh: with its way of sampling pixels, and with ours."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        subprocess.run(
            [python, "-c", _SOLUTIONS, str(answer)],
            input=json.dumps([str(path) for path in photos]),
            text=True,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        reference = json.loads(answer.read_text())
    detector, mesh = blazeface.FaceDetector("short"), FaceMesh()

    def run(rgb: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        fitted = (mesh(rgb, roi_of_detection(face)) for face in detector(rgb))
        return [fit.points for fit in fitted if fit.presence >= PRESENT]

    ways: dict[str, Callable[[NDArray[np.uint8]], list[NDArray[np.float32]]]] = {
        "ours": run,
        "MediaPipe's": lambda rgb: _as_mediapipe_samples(run, rgb),
    }
    lines = ["| pixels sampled in the way of | faces | points: median % | p95 % |", "|---|---:|---:|---:|"]
    for way, look in ways.items():
        values: list[NDArray[np.float64]] = []
        for path, faces in zip(photos, reference, strict=True):
            found = look(read_photo(path))
            values += [
                distances(face, found[match])
                for face in map(np.array, faces)
                if (match := same_face(face, found)) is not None
            ]
        lines.append(f"| {way} | {len(values)} | {percent(values, 50)} | {percent(values, 95)} |")
    return "\n".join(lines)


def _as_mediapipe_samples(
    run: Callable[[NDArray[np.uint8]], list[NDArray[np.float32]]], rgb: NDArray[np.uint8]
) -> list[NDArray[np.float32]]:
    """As MediaPipe's CPU graphs sample: bilinear without averaging first, and corners taken for pixel centres."""

    def crop(
        square: Square, picture: NDArray[np.uint8], size: int, *, mirrored: bool = False, fill: int | None = 0
    ) -> NDArray[np.uint8]:
        beyond = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        matrix = square.affine(size, mirrored=mirrored)
        return np.asarray(cv2.warpAffine(picture, matrix, (size, size), flags=flags, borderMode=beyond), np.uint8)

    def letterbox(picture: NDArray[np.uint8], size: int) -> tuple[NDArray[np.float32], float, float, float]:
        height, width = picture.shape[:2]
        side = max(height, width)
        tensor = crop(Square(width / 2, height / 2, side), picture, size)[None] / np.float32(127.5) - 1
        scale = size / side
        return tensor.astype(np.float32), scale, (side - width) / 2 * scale, (side - height) / 2 * scale

    saved = blazeface._letterbox, Square.crop
    blazeface._letterbox, Square.crop = letterbox, crop  # type: ignore[assignment,method-assign]
    try:
        return run(rgb)
    finally:
        blazeface._letterbox, Square.crop = saved  # type: ignore[method-assign]


def main() -> int:
    """Compare on all photos and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder with labels.csv")
    parser.add_argument("--bundle", type=Path, required=True, help="MediaPipe's face_landmarker.task")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth photo")
    parser.add_argument("--least", type=int, default=25, metavar="N", help="sources with fewer photos are pooled")
    parser.add_argument("--same-network", metavar="PYTHON", help="a python that has mediapipe 0.10.21")
    options = parser.parse_args()
    with (options.photos / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:: options.every]
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row["source_repo"]] = sizes.get(row["source_repo"], 0) + 1
    ours, theirs = LiteRTBackend(), MediaPipeBackend(options.bundle)
    everything = Tally()
    tallies: dict[str, Tally] = {}
    for number, row in enumerate(rows, 1):
        source = row["source_repo"] if sizes[row["source_repo"]] >= options.least else "other sources"
        tally = tallies.setdefault(source, Tally())
        compare_photo(row, read_photo(options.photos / row["file"]), ours, theirs, (tally, everything))
        if number % 100 == 0:
            print(f"{number} of {len(rows)}", file=sys.stderr)
    tallies["**all**"] = everything
    print(table(tallies))
    print("\nfaces found in photos with a face:", ", ".join(f"{s} {n}" for s, n in everything.faces.items()))
    if options.same_network:
        print("\nThe same network in MediaPipe 0.10.21 (solutions.face_mesh), every 4th photo:\n")
        print(same_network([options.photos / row["file"] for row in rows[::4]], options.same_network))
    return 0


if __name__ == "__main__":
    sys.exit(main())
