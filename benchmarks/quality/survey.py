"""What the checker says of many photos, kept in a folder outside the repository while the code stays the same."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import headshot_check
from benchmarks.photo_set import Row
from benchmarks.quality.skin_tone import typology_angle
from headshot_check.errors import PhotoError
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import judge, load_policy
from headshot_check.scene import Scene

Record = dict[str, Any]


def fingerprint() -> str:
    """Changes with the code, the limits and the networks."""
    root = Path(headshot_check.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".toml", ".tflite")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def survey(photos: Path, rows: Iterable[Row], keep: Path | None = None, policy: str = "linkedin") -> dict[str, Record]:
    """By photo id: `checks` {check: [value, status, cause]}, `ita`, `ita_white` (typology angles, skin_tone.py).

    Parameters
    ----------
    photos
        The folder with labels.csv.
    rows
        Which photos.
    keep
        A folder outside the repository for what was computed; None keeps nothing.
    """
    rules, nets = load_policy(policy).rules, Nets()
    path = keep / f"survey-{policy}-{fingerprint()}.jsonl" if keep else None
    known: dict[str, Record] = {}
    if path and path.exists():
        known = {record["id"]: record for record in map(json.loads, path.read_text().splitlines())}
    for count, row in enumerate(rows):
        if row["id"] in known:
            continue
        try:
            scene = Scene(load(photos / row["file"]), nets)
            measured = measure_all(scene, rules)
        except PhotoError as error:
            print(f"{row['id']}: {error.code}", file=sys.stderr)
            continue
        checks = {check: [m.value, judge(rules[check], m).status, m.cause] for check, m in measured.items()}
        angles = {"ita": typology_angle(scene), "ita_white": typology_angle(scene, white=True)}
        record = {"id": row["id"], "checks": checks, **angles}
        known[row["id"]] = record
        if path:
            with path.open("a") as file:
                file.write(json.dumps(record) + "\n")
        if count % 100 == 99:
            print(f"{count + 1} photos", file=sys.stderr)
    return known
