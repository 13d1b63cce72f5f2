"""Rows of a large scan: the fixtures' reports, each row another mixture of them, with what is found in folders."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
from fixture_photos import fixtures
from PIL import Image, ImageEnhance

from headshot_check import Checker
from headshot_check.advice.plan import verdict_of
from headshot_check.errors import PHOTO_ERROR_CODES, PhotoError
from headshot_check.policy import Policy
from headshot_check.report import PhotoFacts, Report, unreadable
from headshot_check.scan.finished import Counts, FinishedScan
from headshot_check.scan.row import PhotoGroup, Row
from headshot_check.workers.jobs import THUMBNAIL_PX

SCRIPTS = ("Żaneta", "山田", "Ольга", "محمد", "Zoë & Søn", "नेहा", "me\u202egpj", "<img src=x onerror=alert(1)>")
FOLDERS = ("team", "2024/applications", "from phones/Ünï", "")
GRAIN = 6.0
"""levels of 255: thumbnails then have the 5 kB that those of 150 photographs had on average"""
SUFFIXES = ("jpg", "JPG", "png", "heic", "webp")


@lru_cache(maxsize=1)
def checked() -> tuple[tuple[Report, Image.Image, str], ...]:
    """Each fixture's report, picture and path."""
    checker = Checker()
    return tuple((checker.check(one.path), Image.open(one.path).convert("RGB"), str(one.path)) for one in fixtures())


def varied_rows(count: int, seed: int = 1) -> Iterator[Row]:
    """Rows that differ in name, findings and thumbnail, about 3 % of them unreadable; their files are the fixtures'."""
    rng = random.Random(seed)
    for at in range(count):
        folder = rng.choice(FOLDERS)
        stem = f"IMG_{at:05d}" if rng.random() < 0.9 else f"{rng.choice(SCRIPTS)} {at}"
        name = f"{folder}/{stem}.{rng.choice(SUFFIXES)}".lstrip("/")
        path = f"/photos/{name}"
        if rng.random() < 0.03:
            code = rng.choice(PHOTO_ERROR_CODES)
            broken = unreadable(PhotoError(code, path, code.replace("_", " ")), "linkedin")
            yield Row(path, name, broken, rng.randrange(10_000_000), 1_700_000_000_000_000_000 + at)
            continue
        report, picture, path = _mixed(rng, path)
        digest = hashlib.blake2b(name.encode(errors="replace"), digest_size=16).hexdigest()
        yield Row(path, name, report, report.photo and report.photo.bytes, 1_700_000_000_000_000_000 + at, digest,
                  rng.getrandbits(64), _thumbnail(rng, picture), 0.05)  # fmt: skip


def varied_scan(count: int, seed: int = 1) -> FinishedScan:
    """A scan of `varied_rows`, with groups of near-duplicates among every tenth photo."""
    from headshot_check.policy import load_policy

    return scan_of(list(varied_rows(count, seed)), load_policy("linkedin"), seed)


def scan_of(rows: list[Row], policy: Policy, seed: int = 1) -> FinishedScan:
    """A finished scan of these rows, with made-up groups of neighbours."""
    rng = random.Random(seed)
    groups, at = [], 0
    while at + 5 < len(rows):
        size = rng.randrange(2, 6)
        members = tuple(place for place in range(at, at + size) if rows[place].report.score is not None)
        if len(members) > 1:
            best = max(members, key=lambda place: rows[place].report.score or 0)
            groups.append(PhotoGroup(members, best, "the others are backlit"))
        at += rng.randrange(20, 60)
    verdicts: dict[str, int] = {}
    for row in rows:
        verdicts[row.report.verdict] = verdicts.get(row.report.verdict, 0) + 1
    counts = Counts(len(rows), verdicts, {"hidden": 12, "not a picture": 101}, (), 0, 512.0, 1_790_000_000.0)  # type: ignore[arg-type]
    return FinishedScan(policy, ("photos",), counts, lambda: iter(rows), groups)


def _mixed(rng: random.Random, source: str) -> tuple[Report, Image.Image, str]:
    """One fixture's report with the findings of two subjects from another one, judged anew; its picture and path."""
    (report, picture, path), (other, _, _) = rng.sample(checked(), 2)
    subjects = set(rng.sample(("lighting", "framing", "pose", "colour", "sharpness", "background", "eyes"), 2))
    taken = {finding.check: finding for finding in other.findings if finding.check.partition(".")[0] in subjects}
    findings = []
    for finding in report.findings:
        mixed = taken.get(finding.check, finding)
        if isinstance(mixed.value, float):
            mixed = replace(mixed, value=mixed.value * rng.uniform(0.98, 1.02))
        findings.append(mixed)
    order = {"fail": 0, "warn": 1, "not_assessed": 2, "pass": 3}
    findings.sort(key=lambda finding: order[finding.status])
    mends = {finding.check: finding.mend for finding in findings if finding.mend is not None}
    verdict = verdict_of(findings, mends)
    bad = sum({"fail": 25, "warn": 6}.get(finding.status, 0) for finding in findings)
    scale = rng.uniform(0.6, 6.0)
    wide, high = (round(scale * side) for side in picture.size)
    photo = PhotoFacts(wide, high, "JPEG", rng.randrange(40_000, 9_000_000))
    score = max(2, 100 - bad - rng.randrange(3))
    retake = report.retake or tuple(one.advice for one in findings if one.status == "fail" and one.advice)[:4]
    return replace(report, source=source, photo=photo, verdict=verdict, score=score, findings=tuple(findings),
                   retake=retake if verdict == "retake" else ()), picture, path  # fmt: skip


def _thumbnail(rng: random.Random, picture: Image.Image) -> bytes:
    """The picture's own part and brightness, so that no two files are the same, with grain: renders are smoother than
    photographs, whose thumbnails have some 5 kB."""
    wide, high = picture.size
    inset = [rng.uniform(0, 0.02) * side for side in (wide, high, wide, high)]
    part = picture.crop((round(inset[0]), round(inset[1]), round(wide - inset[2]), round(high - inset[3])))
    part.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX, reducing_gap=2.0)
    part = ImageEnhance.Brightness(part).enhance(rng.uniform(0.85, 1.1))
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, GRAIN, (part.height, part.width, 1))
    part = Image.fromarray(np.clip(np.asarray(part) + grain, 0, 255).astype(np.uint8))
    file = io.BytesIO()
    part.save(file, "JPEG", quality=80)
    return file.getvalue()
