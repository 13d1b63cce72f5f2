"""All reports of a scan: complete, put in place at once, and the page's blocks hold every number."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import struct
import zlib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_factory import rectangle, report
from row_factory import in_car_row, ready_row, row, scan, unreadable_row

from headshot_check.report import Crop, Finding
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.row import PhotoGroup, Row
from headshot_check.scan.tables.parquet_table import can_write
from headshot_check.views import scan_reports
from headshot_check.views.scan_reports import write_reports
from headshot_check.views.web.folder_report import REPORTS_A_BLOCK, THUMBNAILS_A_BLOCK, link_to

FILES = ["report.html", "rows.csv", "rows.jsonl", *(["rows.parquet"] if can_write() else []), "junit.xml"]


def many(count: int) -> list[Row]:
    made = [row, ready_row, in_car_row, unreadable_row]
    return [made[at % 4](f"team/{at:03d}.jpg") for at in range(count)]


def page(rows: list[Row], folder: Path, **parts: Any) -> str:
    return write_reports(scan(rows, **parts), folder)[0].read_text(encoding="utf-8")


def index_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="index">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    document: dict[str, Any] = json.loads(found[1])
    return document


def blocks(text: str, kind: str) -> list[bytes]:
    packed = re.findall(rf'<script type="text/plain" id="{kind}\d+">(.*?)</script>', text)
    return [zlib.decompress(base64.b64decode(one)) for one in packed]


def test_all_files_are_written_the_page_first_and_nothing_else(tmp_path: Path) -> None:
    paths = write_reports(scan(many(9)), tmp_path / "new" / "folder")
    assert [path.name for path in paths] == FILES
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(FILES)


def test_without_pyarrow_the_others_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_reports, "can_write", lambda: False)
    assert [path.name for path in write_reports(scan(many(2)), tmp_path)] == [
        name for name in FILES if "parquet" not in name
    ]


def test_a_scan_that_breaks_off_leaves_the_old_files_as_they_were(tmp_path: Path) -> None:
    write_reports(scan(many(4)), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    whole = scan(many(8))

    def broken() -> Any:
        yield from many(3)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        write_reports(FinishedScan(whole.policy, whole.folders, whole.counts, broken), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_one_file_that_cannot_be_replaced_does_not_keep_the_others_back(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").mkdir()
    with pytest.raises(OSError, match=r"rows\.csv"):
        write_reports(scan(many(4)), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_the_index_has_every_photo_worst_first(tmp_path: Path) -> None:
    rows = many(40)
    index = index_of(page(rows, tmp_path, groups=(PhotoGroup((0, 4), 4, "sharper"),)))
    assert sorted(index["at"]) == list(range(40))
    shown = [rows[at] for at in index["at"]]
    assert [one.name for one in shown] == index["names"]
    assert [one.report.drivers_seat.verdict == "likely" for one in shown] == [True] * 10 + [False] * 30
    assert index["verdicts"] == "0" * 20 + "1" * 10 + "3" * 10
    checks = [one["check"] for one in index["checks"]]
    start = 0
    for one, failed, warned in zip(shown, index["failed"], index["warned"], strict=True):
        for status, count in (("fail", failed), ("warn", warned)):
            there = [checks[number] for number in index["problems"][start : start + count]]
            assert there == [finding.check for finding in one.report.findings if finding.status == status]
            start += count
    assert [index["names"][place] for place in index["best"]] == ["team/004.jpg"]
    assert [index["groups"][index["names"].index(f"team/00{at}.jpg")] for at in (0, 4, 8)] == [1, 1, 0]


@pytest.mark.parametrize("count", [1, REPORTS_A_BLOCK, REPORTS_A_BLOCK + 1, 3 * THUMBNAILS_A_BLOCK])
def test_blocks_hold_every_number_of_every_report(tmp_path: Path, count: int) -> None:
    rows = many(count)
    text = page(rows, tmp_path)
    index = index_of(text)
    known = {one["check"]: one for one in index["checks"]}
    photos = [one for block in blocks(text, "r") for one in json.loads(block)]
    assert len(photos) == count
    for one, photo in zip(rows, photos, strict=True):
        whole = one.report.to_dict()
        for finding, slim in zip(whole["findings"], photo["report"]["findings"], strict=True):
            full = {"unit": known[finding["check"]]["unit"], **slim}
            for key in ("check", "status", "value", "unit", "message", "advice", "cause", "step", "mend"):
                assert full.get(key) == finding[key], key
            if finding["status"] in ("fail", "warn"):
                assert slim.get("region") == finding["region"]
        for key in ("photo", "verdict", "score", "drivers_seat", "faces", "retake", "edits", "praise", "crop"):
            assert photo["report"][key] == whole[key]


def test_thumbnails_come_back_byte_for_byte_in_the_pages_order(tmp_path: Path) -> None:
    rows = [row(f"{at}.jpg", thumbnail=bytes([at % 251]) * at if at % 7 else None) for at in range(80)]
    text = page(rows, tmp_path)
    order = index_of(text)["at"]
    read: list[bytes] = []
    for block in blocks(text, "t"):
        count = min(THUMBNAILS_A_BLOCK, 80 - len(read))
        lengths = struct.unpack_from(f"<{count}I", block)
        start = 4 * count
        for length in lengths:
            read.append(block[start : start + length])
            start += length
        assert start == len(block)
    assert read == [rows[at].thumbnail or b"" for at in order]


def test_the_security_policy_names_what_is_in_the_page_and_no_network(tmp_path: Path) -> None:
    text = page(many(3), tmp_path)
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert found is not None
    policy = html.unescape(found[1])
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)


@given(st.text())
def test_no_name_gets_out_of_its_place(name: str) -> None:
    import io

    from headshot_check.scan.tables.listed_row import listed
    from headshot_check.views.web.folder_report import FolderReport

    done = scan([row(name or "-"), row("</script><!--<script>"), row("{{BLOCKS}}")])
    stream = io.BytesIO()
    report = FolderReport(stream, done, Path("out"))
    for one in listed(done):
        report.add(one)
    report.close()
    text = stream.getvalue().decode("utf-8")
    assert len(index_of(text)["names"]) == 3
    assert text.count("</script>") == text.count("<script") == 4
    assert text.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/photos/me & you.jpg", "../photos/me%20%26%20you.jpg"),
        ("/photos/100%#?.jpg", "../photos/100%25%23%3F.jpg"),
        ("/reports/caf\udce9.jpg", "caf%E9.jpg"),
        ("/reports/a:b.jpg", "a%3Ab.jpg"),
        ("s3://bucket/me.jpg", None),
    ],
)
def test_links_lead_from_the_page_to_the_photo(path: str, link: str | None) -> None:
    assert link_to(path, Path("/reports")) == link


def test_each_of_the_eleven_conditions_comes_back(tmp_path: Path) -> None:
    turned, export = Finding("faces.found", "fail", "", mend="export"), Finding("file.size", "fail", "", mend="export")
    cropped, warned = Finding("framing.offset", "fail", "", mend="crop"), Finding("pose.roll", "warn", "")
    crop = Crop("linkedin", rectangle(0, 0, 1, 1), ("framing.offset",), verdict="ready", score=90)
    fails = [one for size in (1, 2, 3) for one in combinations((turned, cropped, export), size)]
    reports = [
        report(verdict="usable", findings=(warned,)),
        report(verdict="retake", remedy="original_file"),
        report(verdict="usable", findings=(turned,)),
        report(verdict="usable", crop=crop),
        *(report(verdict="usable", findings=(*some, warned)) for some in fails),
    ]
    rows = [row(f"{number}.jpg", one) for number, one in enumerate(reports)]
    index = index_of(page(rows, tmp_path))
    told = {index["names"][at]: index["conditions"][int(digit, 36)] for at, digit in enumerate(index["condition"])}
    assert told == {f"{number}.jpg": one.condition for number, one in enumerate(reports)}
    assert len(set(told.values())) == 11
    assert "once turned, cropped and exported" in told.values()


def test_one_photo_is_not_said_to_be_photos(tmp_path: Path) -> None:
    assert "1 photo: 1 ready." in page([ready_row()], tmp_path)
    assert "2 photos: 2 ready." in page([ready_row(), ready_row("other.jpg")], tmp_path)
