"""A scan as one self-contained HTML page that works from disk, without a network, at ten thousand photos.

What the page needs at once (`FolderIndex`) stands before its script; thumbnails and whole reports follow in compressed
blocks that it unpacks when they are looked at.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import struct
import zlib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import IO, Any, BinaryIO, Final
from urllib.parse import quote

from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.tables.listed_row import ListedRow, json_text
from headshot_check.text import clean, encodable, sentence
from headshot_check.views.spool import spool_file
from headshot_check.views.web import FOLDER, MODULES, STYLES, script, style
from headshot_check.views.web.folder_index import FolderIndex, slim
from headshot_check.words import cause_in_words

THUMBNAILS_A_BLOCK: Final = 32
"""about 90 kB: two screens of cards need a handful"""
REPORTS_A_BLOCK: Final = 25
"""about 400 kB before compression, unpacked in some 5 ms when a photo is opened"""

_SHEETS: Final = ("folder.css", "folder_cards.css", "folder_photo.css", "folder_print.css")
_MODULES: Final = tuple(
    f"folder{part}.js" for part in ("_data", "_filter", "_grid", "_scores", "_side", "_photo", "_print", "")
)
_TOKEN: Final = re.compile(r"\{\{([A-Z]+)\}\}")


class FolderReport:
    """Writes report.html.

    Parameters
    ----------
    stream
        Where the bytes go; it stays open.
    scan
        What the rows are of.
    out
        The folder that the page will lie in: the photos are linked from there. None: they are not linked, and the
        page shows its thumbnails instead.
    """

    def __init__(self, stream: BinaryIO, scan: FinishedScan, out: Path | None = None) -> None:
        self._stream, self._scan = stream, scan
        self._out = out
        self._index = FolderIndex(scan.policy)
        self._causes: dict[str, str] = {}
        self._thumbnails = _spool_file(out)
        self._places: list[tuple[int, int]] = []
        self._blocks = _spool_file(out)
        self._waiting: list[str] = []
        self._written = 0

    def add(self, listed: ListedRow) -> None:
        """Take one row."""
        self._index.add(listed)
        thumbnail = listed.row.thumbnail or b""
        self._places.append((self._thumbnails.tell(), len(thumbnail)))
        self._thumbnails.write(thumbnail)
        self._waiting.append(json_text(self._detail(listed)))
        if len(self._waiting) == REPORTS_A_BLOCK:
            self._flush()

    def close(self) -> None:
        """Write the page."""
        self._flush()
        parts = _page(self._scan, self._index, self._causes)
        self._stream.write(next(parts))
        for number, places in enumerate(_batches(self._index.order(), THUMBNAILS_A_BLOCK)):
            pictures = [self._thumbnail(place) for place in places]
            lengths = struct.pack(f"<{len(pictures)}I", *map(len, pictures))
            self._stream.write(_block(f"t{number}", lengths + b"".join(pictures), 1))  # more gains nothing
        self._blocks.seek(0)
        while chunk := self._blocks.read(1 << 20):
            self._stream.write(chunk)
        self._stream.write(next(parts))
        self.discard()

    def discard(self) -> None:
        """Release what is held: the page is no longer wanted."""
        self._blocks.close()
        self._thumbnails.close()

    def _thumbnail(self, place: int) -> bytes:
        start, length = self._places[place]
        self._thumbnails.seek(start)
        return self._thumbnails.read(length)

    def _detail(self, listed: ListedRow) -> dict[str, Any]:
        """What the page shows of one photo when it is opened."""
        row, document = listed.row, dict(listed.document)
        del document["not_checked"]
        for finding in row.report.not_checked:
            cause = finding.cause or ""
            self._causes.setdefault(cause, cause_in_words(cause))
        document["findings"] = [slim(finding, self._index.facts) for finding in document["findings"]]
        link = None if self._out is None else link_to(row.path, self._out)
        return {"link": link, "path": clean(row.path), "bytes": row.size, "report": document}

    def _flush(self) -> None:
        if self._waiting:
            self._blocks.write(_block(f"r{self._written}", f"[{','.join(self._waiting)}]".encode()))
            self._written += 1
            self._waiting.clear()


def _spool_file(out: Path | None) -> IO[bytes]:
    """Where blocks wait: on disk when they are many, but in memory for the page's server, which writes to no disk."""
    return io.BytesIO() if out is None else spool_file()


def link_to(path: str, folder: Path) -> str | None:
    """The address of a file as seen from a page in `folder`; None for what is not a file of this machine.

    Bytes of a name that are not valid in the file system's encoding stay as they are.
    """
    if "://" in path:
        return None
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:  # Windows: on another drive
        return Path(path).as_uri()
    return quote(os.fsencode(relative.replace(os.sep, "/")))


def _page(scan: FinishedScan, index: FolderIndex, causes: dict[str, str]) -> Iterator[bytes]:
    """The page before its blocks, and after them."""
    look = style((*STYLES, *_SHEETS))
    # a classic script, which runs at once: a module would wait for all the blocks; the inner scope may reuse names
    code = f"(() => {{\n{script(MODULES)}\n(() => {{\n{script(_MODULES)}\n}})();\n}})();"
    policy = (
        "default-src 'none'; "
        f"script-src '{_digest(code)}'; style-src '{_digest(look)}'; "
        "img-src 'self' file: blob: data:; base-uri 'none'; form-action 'none'"
    )
    texts = {
        "TITLE": escape(_title(scan)),
        "SECURITY": escape(policy),
        "STYLE": look,
        "SUMMARY": escape(_summary(index)),
        "INDEX": json_text(_meta(scan, causes) | index.document()).replace("<", "\\u003c"),
        "SCRIPT": code,
    }
    template = (FOLDER / "folder.html").read_text(encoding="utf-8")
    for part in template.split("{{BLOCKS}}"):
        yield _TOKEN.sub(lambda token: texts[token[1]], part).encode()


def _meta(scan: FinishedScan, causes: dict[str, str]) -> dict[str, Any]:
    """What the page says of the scan as a whole."""
    counts = scan.counts
    return {
        "title": _title(scan),
        "folders": [clean(folder) for folder in scan.folders],
        "policy": {"name": clean(scan.policy.name), "title": clean(scan.policy.title)},
        "started": counts.started,
        "skipped": {clean(reason): count for reason, count in counts.skipped.items()},
        "unseen": [[clean(one.place), clean(one.reason)] for one in counts.problems],
        "reasons": [sentence(group.reason) for group in scan.groups],
        "reports_a_block": REPORTS_A_BLOCK,
        "thumbnails_a_block": THUMBNAILS_A_BLOCK,
        "not_assessed": causes,
    }


def _title(scan: FinishedScan) -> str:
    names = [Path(folder).resolve().name or folder for folder in scan.folders]
    shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
    return clean(encodable(shown)) or "Photos"


def _summary(index: FolderIndex) -> str:
    """The counts in words, for those whose browser runs no scripts."""
    verdicts = index.verdicts()
    counted = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items()))
    total = sum(verdicts.values())
    return f"{total:,} photo{'' if total == 1 else 's'}{f': {counted}' if counted else ''}."


def _block(name: str, content: bytes, effort: int = 6) -> bytes:
    packed = base64.b64encode(zlib.compress(content, effort))
    return b'<script type="text/plain" id="%s">%s</script>\n' % (name.encode(), packed)


def _batches(places: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(places), size):
        yield places[start : start + size]


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
