"""Writes networks again with equal lists of numbers written once: python -m training.repack NETWORK ...

Files become smaller by up to a tenth; every number and so every answer stays as it is.
"""

from __future__ import annotations

import argparse
import hashlib

from ai_edge_litert import schema_py_generated as schema

from headshot_check.nets.runtime import WEIGHTS
from training.tflite_writer import packed


def repacked(content: bytes) -> bytes:
    """The same network as fewer bytes."""
    return packed(schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", nargs="+", help="name of one of our own below weights/, such as car")
    for name in parser.parse_args().network:
        path = WEIGHTS / f"{name}.tflite"
        before = path.read_bytes()
        path.write_bytes(repacked(before))
        old, new = (hashlib.sha256(content).hexdigest() for content in (before, path.read_bytes()))
        registry = path.with_name("registry.toml")
        # also where another network tells which one it was fitted on: its numbers are the same
        registry.write_text(registry.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        print(f"{name}: {len(before)} bytes, now {path.stat().st_size}")


if __name__ == "__main__":
    main()
