"""Coverage-guided fuzzing with Atheris: `python tests/fuzz/coverage_guided.py TARGET FOLDER -max_total_time=600`.

Targets: decoding (a whole photo), headers (JPEG markers, boxes, EXIF), policies. Ten minutes a target before a release
is the rule; what is found becomes a case of tests/test_hostile_photos.py. Needs `pip install atheris` (Linux, macOS).
The folder keeps what was learnt; an empty one is filled with the seeds of `corpus`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import atheris

with atheris.instrument_imports(include=["headshot_check"]):
    from headshot_check.decoding.boxes import read_grid, read_items
    from headshot_check.decoding.exif import read_exif
    from headshot_check.decoding.jpeg_facts import JpegError, read_jpeg
    from headshot_check.errors import PhotoError, PolicyError
    from headshot_check.photo import Limits, load
    from headshot_check.policy import load_policy

SMALL = Limits(max_pixels=4_000_000, max_memory=100_000_000)


def decoding(data: bytes) -> None:
    """A photo or a PhotoError."""
    with suppress(PhotoError):
        photo = load(data, limits=SMALL)
        photo.detail((0, 0, photo.width, photo.height), 1)


def headers(data: bytes) -> None:
    """Facts, None, or a JpegError."""
    read_exif(data)
    read_items(data)
    read_grid(data)
    with suppress(JpegError):
        read_jpeg(b"\xff\xd8" + data)


def policies(data: bytes) -> None:
    """A policy or a PolicyError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.toml"
        path.write_bytes(data)
        with suppress(PolicyError):
            load_policy(path)


TARGETS: dict[str, Callable[[bytes], None]] = {"decoding": decoding, "headers": headers, "policies": policies}


def main() -> None:
    """Run one target until its time is over or something is found."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        if name == "policies":
            import headshot_check.policy as policy

            made = {path.stem: path.read_bytes() for path in Path(policy.__file__).parent.glob("*.toml")}
        else:
            from fuzz.corpus import seeds

            made = seeds()
        for kind, data in made.items():
            (folder / kind.replace(" ", "-")).write_bytes(data)
    atheris.Setup([sys.argv[0], str(folder), *sys.argv[3:]], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
