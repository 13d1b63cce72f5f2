"""Everything at once that a hostile page, program or file can send: nobody gets in, memory comes back, it still ends.

The routes are those that the server itself describes, so that a new one is attacked as well.
"""

from __future__ import annotations

import io
import itertools
import json
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from app.test_server_process import Started, alive, children, started
from fixture_photos import fixture
from fuzz.bombs import QUICK
from PIL import Image

from headshot_check.app.limits import ServerLimits

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc"),
]

PHOTO = fixture("soft_office").read_bytes()
PHOTO_ROUTES = ("check", "crop", "overlay", "coach")
INTRUDERS: tuple[dict[str, str], ...] = (
    {},
    {"authorization": "Bearer wrong"},
    {"authorization": "Basic OnNlY3JldA=="},
    {"origin": "https://evil.example", "authorization": "Bearer {secret}"},
    {"origin": "null", "authorization": "Bearer {secret}"},
    {"host": "evil.example", "authorization": "Bearer {secret}"},
    {"host": "127.0.0.1.evil.example:{port}", "authorization": "Bearer {secret}"},
    {"sec-fetch-site": "cross-site", "sec-fetch-dest": "script", "authorization": "Bearer {secret}"},
    {"x-forwarded-host": "127.0.0.1:{port}", "x-forwarded-for": "127.0.0.1"},
)
PATHS = (
    "/static/../server.py",
    "/static/%2e%2e/%2e%2e/server.py",
    "/static/web/..%2f..%2f..%2fpolicy/linkedin.toml",
    "/static//etc/passwd",
    "/static/web/%00",
    "/static/" + "a/" * 3000,
    "/api/../static/../../etc/passwd",
    "/.git/config",
    "/api/check%00",
)
REGIONS = (
    "",
    "nan,nan nan,nan nan,nan nan,nan",
    "inf,0 1,0 1,1 0,1",
    "1e400,0 1,0 1,1 0,1",
    "-1,0 1,0 1,1 0,1",
    "2,0 1,0 1,1 0,1",
    "0,0 0,0 0,0 0,0",
    "0,0 1,0 1,1",
    "0,0 1,0 1,1 0,1 0.5,0.5",
    "0,0 0.000000001,0 0.000000001,0.000000001 0,0.000000001",
    "0.5,0.5 0.5,0.500000001 0.5,0.5 0.5,0.5",
    "1,1 0,1 0,0 1,0",
    "0,1 0,0 1,0 1,1",
    ",".join(["0"] * 4000),
    "0,0 1,0 1,1 0,1;rm -rf",
    "٠,٠ ١,٠ ١,١ ٠,١",  # digits of another script
)
QUERIES: tuple[dict[str, str], ...] = (
    *({"region": region} for region in REGIONS),
    *({"size": size} for size in ("0", "-1", "nan", "1e9", "9" * 4000, "16.5", "")),
    *(
        {"policy": name}
        for name in ("../../etc/passwd", "/etc/passwd", "linkedin.toml", "a" * 5000, "\x00", "https://a")
    ),
    *({"target": name} for name in ("../linkedin", "a" * 5000, "")),
    *({"name": name} for name in ("../../../etc/passwd", "\r\nSet-Cookie: a=b", "<script>", "\x00", "a" * 9000)),
    *({"preview": size} for size in ("-1", "99999999", "nan")),
    {"session": "x" * 9000},
)
DOCUMENTS: tuple[bytes, ...] = (
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"results": [' + b"1," * 200_000 + b"1]}",
    b'{"reports": "all", "results": {}}',
    b'{"results": [{"name": "a", "report": {"verdict": "ready"}}]}',
    b'{"reports": [NaN, Infinity, 1e999]}',
    b'{"results": [], "policy": "../../etc/passwd"}',
    b"\xff\xfe{\x00}\x00",
)
MALFORMED: tuple[tuple[str, bytes], ...] = (
    ("multipart/form-data", b"--a\r\n"),
    ("multipart/form-data; boundary=" + "a" * 5000, b""),
    ("multipart/form-data; boundary=a", b"--a\r\n" * 50_000),
    ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="photo"\r\n\r\n' * 20_000),
    ("application/json", b"{}"),
    ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://evil.example/'/></svg>"),
    ("text/html", b"<script>" * 1000),
)


def memory_mb(pids: set[int]) -> float:
    """What processes have of memory together, without what they share."""
    total = 0
    for pid in pids & alive(pids):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return total / 1024


def family(server: Started) -> set[int]:
    return {server.process.pid} | children(server.process.pid)


def routes_of(server: Started, client: httpx.Client) -> list[tuple[str, str]]:
    described: dict[str, Any] = client.get("/api/openapi.json").raise_for_status().json()
    found = [(method.upper(), path) for path, methods in described["paths"].items() for method in methods]
    assert {f"/api/{name}" for name in PHOTO_ROUTES} <= {path for _, path in found}
    return [route for route in found if route != ("POST", "/api/close")]


def requests(routes: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """With the secret: what a hostile file or a faulty program sends."""
    for path in PATHS:
        yield {"method": "GET", "url": path}
    for (method, path), query in itertools.product(routes, QUERIES):
        if method == "POST" and path.removeprefix("/api/") in PHOTO_ROUTES:
            yield {"method": method, "url": path, "params": query, "content": PHOTO}
    for method, path in routes:
        yield {"method": "DELETE" if method == "GET" else "GET", "url": path}
        if method == "POST":
            for body in DOCUMENTS:
                yield {"method": method, "url": path, "content": body}
            for kind, body in MALFORMED:
                yield {"method": method, "url": path, "content": body, "headers": {"content-type": kind}}
            yield {"method": method, "url": path, "content": PHOTO, "headers": {"content-encoding": "gzip"}}


def bodies() -> Iterator[bytes]:
    """Photos that want memory and time."""
    for make in QUICK.values():
        yield make()
    with Image.open(io.BytesIO(PHOTO)) as small:
        file = io.BytesIO()
        small.resize((7000, 8750)).save(file, "TIFF", compression="jpeg", quality=80)
    yield file.getvalue()


def test_the_list_of_attacks() -> None:
    with started("--no-open") as server:
        origin, _, secret = server.url.partition("/?secret=")
        headers = {"authorization": f"Bearer {secret}"}
        with httpx.Client(base_url=origin, headers=headers, timeout=120, trust_env=False) as client:
            for name in PHOTO_ROUTES:
                params = {"session": "a"} if name == "coach" else {}
                assert client.post(f"/api/{name}", content=PHOTO, params=params).status_code == 200
            before = memory_mb(family(server))
            routes = routes_of(server, client)
            with httpx.Client(base_url=origin, timeout=60, trust_env=False) as stranger:
                for intruder, (method, path) in itertools.product(INTRUDERS, [*routes, ("POST", "/api/close")]):
                    given = {key: text.format(secret=secret, port=server.port) for key, text in intruder.items()}
                    answer = stranger.request(method, path, headers=given, content=PHOTO if method == "POST" else None)
                    assert answer.status_code in (400, 401, 403, 421), (method, path, intruder)
                    assert "access-control-allow-origin" not in answer.headers
            count = 0
            for request in requests(routes):
                answer = client.request(**request)
                while answer.status_code == 429:
                    time.sleep(0.5)
                    answer = client.request(**request)
                count += 1
                shown = {key: str(given)[:60] for key, given in request.items()}
                assert answer.status_code < 500, (shown, answer.text[:200])
                assert "set-cookie" not in answer.headers, shown
                assert "root:" not in answer.text, shown
                assert "Traceback" not in answer.text, shown
                if answer.status_code >= 400:
                    assert "code" in json.loads(answer.text), shown
            assert count > 250
            with ThreadPoolExecutor(3) as threads:
                for body in bodies():
                    asked = [threads.submit(client.post, f"/api/{name}", content=body) for name in PHOTO_ROUTES]
                    assert {one.result().status_code for one in asked} <= {200, 422, 413, 429, 503}
            assert client.post("/api/check", content=PHOTO).json()["report"]["verdict"] == "ready"
            deadline = time.monotonic() + 15  # workers hand back what they no longer need once they are idle
            while (after := memory_mb(family(server))) - before >= 300 and time.monotonic() < deadline:
                time.sleep(0.5)
            assert after - before < 300, (before, after)  # 131 to 259 in ten runs, after some 400 requests
            with ThreadPoolExecutor(4) as threads:  # it ends in the middle of the worst
                worst = list(bodies())[-1]
                for name in PHOTO_ROUTES:
                    threads.submit(client.post, f"/api/{name}", content=worst)
                time.sleep(1)
                workers = children(server.process.pid)
                begun = time.monotonic()
                server.process.send_signal(signal.SIGINT)
                status, said = server.ended()
                took = time.monotonic() - begun
            assert (status, said.count("\n")) == (0, 1), said
            assert not alive(workers)
            assert took < ServerLimits().closing_s + 2
            print(f"{count} requests, {before:.0f} -> {after:.0f} MB, ended in {took:.1f} s")
