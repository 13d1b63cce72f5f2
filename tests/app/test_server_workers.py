"""Crops, coach frames and large documents are done by workers: bounded in time and memory, ended with the server."""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from app.test_server_process import until
from fixture_photos import fixture
from PIL import Image

from headshot_check.app import server as app_server
from headshot_check.app import server_state
from headshot_check.app.server import Address, running
from headshot_check.workers import process
from headshot_check.workers.pool import WorkerPool

PHOTO = fixture("soft_office").read_bytes()
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers in which the names of tests/scan/misbehaving.py do what they say."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "scan"))
    monkeypatch.setattr(process, "_RUN", f"import misbehaving; {process._RUN}")


def client_of(address: Address) -> httpx.Client:
    headers = {"authorization": f"Bearer {address.secret}"}
    return httpx.Client(base_url=address.origin, headers=headers, timeout=120, trust_env=False)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with running(workers=1) as address, client_of(address) as client:
        yield client


@pytest.mark.usefixtures("misbehaving")
def test_a_crop_that_takes_too_long_is_refused_and_the_next_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_server, "WorkerPool", lambda policy, workers: WorkerPool(policy, workers=1, time_limit_s=6))
    with running() as address, client_of(address) as client:
        late = client.post("/api/crop", params={"name": "hangs-1"}, content=PHOTO)
        assert (late.status_code, late.json()["code"]) == (422, "unreadable")
        assert "more than 6 s" in late.json()["detail"]
        assert client.post("/api/crop", content=PHOTO).status_code == 200


@pytest.mark.usefixtures("misbehaving")
def test_the_server_ends_in_the_middle_of_a_crop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("MISBEHAVING_LOG", str(log))
    before = set(threading.enumerate())
    with ThreadPoolExecutor(1) as threads, running(workers=1) as address, client_of(address) as client:
        assert client.post("/api/crop", content=PHOTO).status_code == 200
        asked = threads.submit(client.post, "/api/crop", params={"name": "hangs-1"}, content=PHOTO)
        assert until(lambda: log.exists() and "begin hangs-1" in log.read_text(encoding="utf-8"))
        assert client.post("/api/close").status_code == 202
        (server,) = (one for one in set(threading.enumerate()) - before if one.name == "headshot-server")
        server.join(60)
        assert not server.is_alive()
        assert asked.result(60).status_code == 503  # 422 would be that of a crop that reached its time limit


def peak_mb() -> int:
    """The most memory that this process, the server's, has had since it was last asked."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak = int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) // 1024
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    return peak


@linux
def test_crops_of_large_pictures_cost_the_server_no_memory(client: httpx.Client) -> None:
    small = Image.open(io.BytesIO(PHOTO))
    file = io.BytesIO()
    small.resize((7000, round(7000 * small.height / small.width))).save(file, "TIFF", compression="jpeg", quality=80)
    assert client.post("/api/crop", content=PHOTO).status_code == 200
    peak_mb()
    before = peak_mb()
    for _ in range(3):
        assert client.post("/api/crop", content=file.getvalue()).status_code == 200
    assert peak_mb() - before < 100


@linux
@pytest.mark.parametrize("small", [0, 1 << 30])
def test_documents_come_out_the_same_from_a_thread_and_from_a_worker(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(server_state, "_SMALL_DOCUMENT", small)
    results = [client.post("/api/check", params={"name": name}, content=PHOTO).json() for name in ("a", "b")]
    given = [{key: one[key] for key in ("name", "report", "preview", "phash", "digest")} for one in results]
    made = client.post("/api/export", params={"format": "csv"}, content=json.dumps({"results": given}))
    assert made.status_code == 200
    assert len(made.text.splitlines()) == 3
    ranked = client.post("/api/rank", content=json.dumps({"reports": [one["report"] for one in results]}))
    assert [one["place"] for one in ranked.json()["order"]] == [1, 2]
    for route, body, code in (("export", "{", "bad_json"), ("rank", "{}", "not_results")):
        refused = client.post(f"/api/{route}", content=body)
        assert (refused.status_code, refused.json()["code"]) == ({"bad_json": 400, "not_results": 422}[code], code)
    unknown = client.post("/api/export", content=json.dumps({"results": [], "policy": "nobodys"}))
    assert unknown.json()["code"] == "unknown_policy"
