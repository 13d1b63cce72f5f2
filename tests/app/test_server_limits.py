"""Too much, too long, too slow, broken: refused or bounded, and the server still does its work afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from fixture_photos import ROOT, fixture

from headshot_check.app.limits import ServerLimits
from headshot_check.app.server import Address, running

TIGHT = ServerLimits(photo_bytes=200_000, document_bytes=50_000, parts=5, results=3, connections=100)
IMPATIENT = replace(TIGHT, silence_s=0.5)
PHOTO = fixture("soft_office").read_bytes()


@pytest.fixture(scope="module")
def tight() -> Iterator[Address]:
    with running(workers=1, limits=TIGHT) as address:
        yield address


@pytest.fixture(scope="module")
def impatient() -> Iterator[Address]:
    """A server of its own: on a busy machine, its patience may end in the middle of a good request."""
    with running(workers=1, limits=IMPATIENT) as address:
        yield address


@pytest.fixture(autouse=True)
def still_works(request: pytest.FixtureRequest, tight: Address) -> Iterator[None]:
    """After whatever was done to it, the server serves the page and checks a photo."""
    yield
    if "impatient" in request.fixturenames:
        assert httpx.get(request.getfixturevalue("impatient").url, timeout=60).status_code == 200
        return
    assert httpx.get(tight.url, timeout=60).status_code == 200
    answer = post(tight, "check", content=PHOTO)
    assert answer.json()["report"]["verdict"] in ("ready", "usable", "retake")


def post(address: Address, route: str, **given: object) -> httpx.Response:
    headers = {"authorization": f"Bearer {address.secret}"}
    with httpx.Client(headers=headers, timeout=120, trust_env=False) as client:
        return client.post(f"{address.origin}/api/{route}", **given)  # type: ignore[arg-type]


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def head(address: Address, *lines: str, path: str = "/api/check") -> bytes:
    """The start of a request with the secret, ready for its body."""
    all_lines = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{address.port}",
        f"Authorization: Bearer {address.secret}",
        *lines,
    )
    return "\r\n".join((*all_lines, "", "")).encode()


def everything(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while piece := line.recv(65536):
            answer += piece
    return answer


def connected(address: Address) -> socket.socket:
    """A connection; a read raises TimeoutError when nothing comes for a minute."""
    return socket.create_connection(("127.0.0.1", address.port), timeout=60)


@pytest.mark.parametrize("route", ["check", "crop", "rank", "export", "coach?session=a"])
def test_a_body_that_is_declared_too_large_is_not_read(tight: Address, route: str) -> None:
    with connected(tight) as line:
        line.sendall(head(tight, "Content-Length: 10000000000", path=f"/api/{route}"))
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("route", ["check", "crop", "rank", "export"])
def test_a_body_that_grows_too_large_is_refused(tight: Address, route: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield bytes(10_000)

    assert refused(post(tight, route, content=pieces())) == (413, "too_large")


def test_a_photo_in_a_part_that_is_too_large_is_refused(tight: Address) -> None:
    assert refused(post(tight, "check", files=[("photo", ("a.jpg", bytes(200_001)))])) == (413, "too_large")


def test_too_many_parts_are_refused(tight: Address) -> None:
    files = [("photo", (f"{number}.jpg", b"x" * 100)) for number in range(6)]
    assert len(post(tight, "check", files=files[:5]).text.splitlines()) == 5
    last = post(tight, "check", files=files).text.splitlines()[-1]
    problem = json.loads(last)
    assert problem.get("problem", problem)["code"] == "too_many_parts"


def test_a_hundred_thousand_empty_parts_are_refused(tight: Address) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="photo"\r\n\r\n\r\n' * 100_000 + b"--b--\r\n"
    answer = post(tight, "check", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert b"too_many_parts" in answer.content


def test_too_many_reports_are_refused(tight: Address) -> None:
    report = post(tight, "check", content=b"x").json()["report"]
    assert post(tight, "rank", json={"reports": [report] * 3}).status_code == 200
    assert refused(post(tight, "rank", json={"reports": [report] * 4})) == (413, "too_large")
    results = [{"name": "a", "report": report}] * 4
    assert refused(post(tight, "export?format=csv", json={"results": results})) == (413, "too_large")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--b\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=" + "b" * 1000, b""),
        ("multipart/form-data; boundary=\xe9", b""),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"no boundary at all"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=photo\r\n\r\ncut off"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=other\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nno headers\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n: empty name\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"A: " + b"a" * 100_000 + b"\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"A: a\r\n" * 20_000 + b"\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: \xff\xfe; name=\xff\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"\x00" * 10_000),
    ],
)
def test_a_malformed_multipart_body_is_refused(tight: Address, content_type: str, body: bytes) -> None:
    headers = {"content-type": content_type.encode("latin-1")}
    answer = post(tight, "check", content=body, headers=headers)
    assert refused(answer) == (400, "bad_multipart")


def test_what_follows_the_last_boundary_is_nobodys(tight: Address) -> None:
    body = b"--b\r\nContent-Disposition: form-data; name=photo\r\n\r\nx\r\n--b--\r\n" + bytes(100_000)
    answer = post(tight, "check", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert len(answer.text.splitlines()) == 1
    assert answer.json()["report"]["verdict"] == "unreadable"


def test_a_compressed_body_is_refused(tight: Address) -> None:
    for route in ("check", "rank"):
        answer = post(tight, route, content=b"x", headers={"content-encoding": "gzip"})
        assert refused(answer) == (415, "unsupported_encoding")


@pytest.mark.parametrize("lines", [("Content-Length: 100000",), ("Transfer-Encoding: chunked",)])
def test_an_upload_that_stops_is_given_up(impatient: Address, lines: tuple[str, ...]) -> None:
    started = time.perf_counter()
    with connected(impatient) as line:
        line.sendall(head(impatient, *lines))
        answer = everything(line)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"too_slow" in answer
        assert time.perf_counter() - started >= IMPATIENT.silence_s


def test_an_upload_that_trickles_is_given_up(impatient: Address) -> None:
    with connected(impatient) as line:
        line.sendall(head(impatient, "Content-Length: 100000"))
        line.settimeout(0.05)
        started, answer, sent = time.perf_counter(), b"", 0
        while not answer and time.perf_counter() - started < 60:
            with contextlib.suppress(TimeoutError):
                answer = line.recv(65536)
            with contextlib.suppress(ConnectionError):
                line.sendall(b"x")
                sent += 1
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert sent > 1


@pytest.mark.parametrize("start", [b"", b"POST /api/check HTTP/1.1\r\nHost:"])
def test_a_connection_on_which_no_request_comes_is_closed(impatient: Address, start: bytes) -> None:
    with connected(impatient) as line:
        line.sendall(start)
        assert everything(line) == b""


def test_an_endless_line_or_header_is_refused(impatient: Address) -> None:
    for start in (b"GET /" + b"a" * 100_000, head(impatient, "A: " + "a" * 100_000)):
        with connected(impatient) as line:
            with contextlib.suppress(ConnectionError):
                line.sendall(start)
            assert everything(line).startswith((b"HTTP/1.1 400 ", b""))


@pytest.mark.parametrize(
    "request_text",
    [b"\x16\x03\x01\x02\x00\x01", b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n", bytes(1000)],
)
def test_what_is_no_http_is_refused(impatient: Address, request_text: bytes) -> None:
    with connected(impatient) as line:
        line.sendall(request_text)
        assert everything(line)[:10] in (b"HTTP/1.1 4", b"")


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: -1",),
        ("Content-Length: 1e3",),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Transfer-Encoding: gzip, chunked",),
    ],
)
def test_lengths_that_contradict_are_refused(impatient: Address, lines: tuple[str, ...]) -> None:
    with connected(impatient) as line:
        line.sendall(head(impatient, *lines) + b"0\r\n\r\n")
        assert everything(line)[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 5")


def test_a_length_that_chunks_override_is_no_way_past_the_limit(tight: Address) -> None:
    lines = ("Content-Length: 5", "Transfer-Encoding: chunked", "Connection: close")
    with connected(tight) as line:
        line.sendall(head(tight, *lines) + b"3D0900\r\n")
        with contextlib.suppress(ConnectionError):
            line.sendall(bytes(0x3D0900))
        assert b" 413 " in everything(line)[:20]


def test_a_client_that_goes_away_does_no_harm(tight: Address) -> None:
    for sent in (head(tight, "Content-Length: 60000"), head(tight, f"Content-Length: {len(PHOTO)}") + PHOTO):
        with connected(tight) as line:
            line.sendall(sent)


async def _flood(address: Address, count: int) -> list[httpx.Response]:
    """`count` checks at once."""
    headers = {"authorization": f"Bearer {address.secret}"}
    bounds = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(headers=headers, timeout=120, limits=bounds, trust_env=False) as client:
        url = f"{address.origin}/api/check"
        return await asyncio.gather(*(client.post(url, params={"preview": 0}, content=PHOTO) for _ in range(count)))


def _waits(address: Address, over: threading.Event) -> list[float]:
    """Seconds that each of the page's files takes, one after another until it is over."""
    waits = []
    with httpx.Client(timeout=120, trust_env=False) as client:
        while not over.wait(0.05):
            started = time.perf_counter()
            client.get(f"{address.origin}/static/web/base.css").raise_for_status()
            waits.append(time.perf_counter() - started)
    return waits


def test_500_requests_at_once_are_answered_or_told_to_come_back(served: Served) -> None:
    before, over = _memory_mb(served), threading.Event()
    with ThreadPoolExecutor(1) as beside:
        waits, started = beside.submit(_waits, served.address, over), time.perf_counter()
        try:
            answers = asyncio.run(_flood(served.address, 500))
        finally:
            over.set()
        took = time.perf_counter() - started
        assert max(waits.result()) < took / 2  # the page does not stand behind the photos
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 503}
    assert statuses[200] >= ServerLimits().queued
    assert statuses.total() == 500
    later = [answer for answer in answers if answer.status_code == 503]
    assert {(answer.json()["code"], answer.headers["retry-after"]) for answer in later} == {("busy", "1")}
    assert _memory_mb(served) - before < 150
    assert post(served.address, "check", content=PHOTO).status_code == 200
    assert httpx.get(served.address.url, timeout=60).status_code == 200


@dataclass(frozen=True)
class Served:
    """A server in a process of its own."""

    address: Address
    pid: int


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    command = [sys.executable, "-m", "headshot_check", "app", "--no-open", "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        origin, _, secret = process.stdout.readline().strip().partition("/?secret=")
        yield Served(Address(int(origin.rpartition(":")[2]), secret), process.pid)
        process.terminate()
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Traceback" not in said


def _memory_mb(served: Served) -> float:
    """Resident memory of the server, where the system tells."""
    status = Path(f"/proc/{served.pid}/statm")
    if not status.exists():
        return 0.0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


AUDITED = """
import os, sys
log = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_APPEND)
def at_start(frame):
    "What the networks' library says as it loads is caught in a file; no photo is in it."
    while frame is not None and not frame.f_code.co_filename.endswith("startup_notes.py"):
        frame = frame.f_back
    return frame is not None
def writes(path, mode, flags):
    if path in (os.devnull, "nul") or isinstance(path, int):
        return False
    return flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND) or set(mode or "") & set("wax+")
others = {"os.mkdir", "os.rename", "os.link", "os.symlink", "tempfile.mkstemp", "tempfile.mkdtemp", "sqlite3.connect"}
def heard(event, args):
    if (writes(*args) if event == "open" else event in others) and not at_start(sys._getframe()):
        os.write(log, f"{event} {args!r}\\n".encode("utf-8", "replace"))
os.write(log, b"listening\\n")
sys.addaudithook(heard)
"""

USED = """
import json, sys, httpx
from pathlib import Path
from headshot_check.app.server import running
photo = Path(sys.argv[1]).read_bytes()
with running(workers=1) as address:
    client = httpx.Client(base_url=address.origin, headers={"authorization": f"Bearer {address.secret}"}, timeout=60)
    def done(answer):
        assert answer.status_code == 200, answer.text
        return answer
    large = photo + bytes(20_000_000)  # Starlette's own parser would spool this to a file
    one = done(client.post("/api/check", content=large)).json()
    assert one["report"]["verdict"] in ("ready", "usable", "retake"), one["report"]
    many = done(client.post("/api/check", files=[("photo", ("a.jpg", large)), ("photo", ("b.jpg", photo))]))
    results = [json.loads(line) for line in many.text.splitlines()]
    assert len(results) == 2
    done(client.post("/api/crop", content=large))
    done(client.post("/api/rank", json={"reports": [one["report"] for one in results]}))
    largest = done(client.post("/api/check", params={"preview": 1024}, content=photo)).json()
    for kind in ("html", "csv", "jsonl"):  # more than the HTML report of a folder keeps in memory
        done(client.post("/api/export", params={"format": kind}, json={"results": results + 250 * [largest]}))
    done(client.post("/api/coach", params={"session": "a"}, content=photo))
    done(client.get("/"))
"""


def test_nothing_is_written_to_disk(tmp_path: Path) -> None:
    """Neither by the server nor by its workers: each interpreter reports what it opens for writing."""
    (tmp_path / "sitecustomize.py").write_text(AUDITED)
    log = tmp_path / "audit.txt"
    log.touch()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT / "src"))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUDIT_LOG": str(log),
    }
    command = [sys.executable, "-c", USED, str(fixture("soft_office"))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    heard = log.read_text().splitlines()
    assert heard.count("listening") >= 2  # the server and its worker
    assert [line for line in heard if line != "listening"] == []


def test_the_audit_would_hear_a_spooled_upload(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(AUDITED)
    log = tmp_path / "audit.txt"
    log.touch()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "AUDIT_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1"}
    spool = "import tempfile; f = tempfile.SpooledTemporaryFile(max_size=10); f.write(bytes(100)); f.close()"
    subprocess.run([sys.executable, "-c", spool], env=environment, check=True, timeout=60)
    assert len(log.read_text().splitlines()) > 1
