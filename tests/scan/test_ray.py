"""A cluster's scan: the rows of a local one, whatever happens to photos, workers and nodes (pytest -m ray)."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import IMAGES, ROOT, fixture, fixtures
from hostile import make_hostile_files

from headshot_check import Report, load_policy
from headshot_check.errors import PhotoError
from headshot_check.scan.row import Row
from headshot_check.scan.walk import Walk
from headshot_check.workers.jobs import Job
from headshot_check.workers.pool import WorkerPool

ray = pytest.importorskip("ray", reason="extra `ray` is not installed")
pq = pytest.importorskip("pyarrow.parquet")
moto = pytest.importorskip("moto.server", reason="moto[server] is not installed")
boto3 = pytest.importorskip("boto3")

from headshot_check.scan.ray.cluster import RayError, check_dataset, scan_with_ray  # noqa: E402
from headshot_check.scan.ray.remote import RemoteError, RemoteWalk, open_place  # noqa: E402
from headshot_check.scan.tables.columns import columns  # noqa: E402
from headshot_check.scan.tables.parquet_table import REPORT, arrow_schema  # noqa: E402

# what Ray and boto warn of is theirs
pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("default")]

POLICY = load_policy("linkedin")
SELFIE = fixture("drivers_seat_selfie")
_STORE_BYTES = 200 << 20
_NOT_COMPARED = {"group", "best_of_group"}
"""near-duplicates are grouped by the local engine only"""
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """An S3 server on this machine, found as any other would be: by the usual environment variables."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        client = boto3.client("s3")
        client.create_bucket(Bucket="photos")
        yield client
    server.stop()


def node_options() -> dict[str, int]:
    """One processor and a small object store. Ports are given, as a raylet that waits to be told those of its agents
    dies when a busy machine keeps them waiting."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(4)]
        ports = [one.getsockname()[1] for one in sockets]
    agents = ("metrics_agent_port", "metrics_export_port", "runtime_env_agent_port", "dashboard_agent_listen_port")
    return {"num_cpus": 1, "object_store_memory": _STORE_BYTES, **dict(zip(agents, ports, strict=True))}


@pytest.fixture(scope="module")
def cluster(s3: Any) -> Iterator[Any]:
    """Two nodes of one processor each; they know the S3 server."""
    from ray.cluster_utils import Cluster

    def let_workers_misbehave() -> None:  # in each process of the cluster, to which a nested function is sent as it is
        from headshot_check.workers import process

        sys.path.insert(0, str(ROOT / "tests" / "scan"))
        process._RUN = f"import misbehaving; {process._RUN}"

    started = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, **node_options()})
    started.second = started.add_node(**node_options())
    started.wait_for_nodes()
    ray.init(
        address=started.address, log_to_driver=False, runtime_env={"worker_process_setup_hook": let_workers_misbehave}
    )
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield started
    ray.shutdown()
    started.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos, damaged and empty files, odd names, hidden ones, things that are none, in nested folders."""
    top = tmp_path_factory.mktemp("photos")
    for place, one in enumerate(fixtures()[:8]):
        shutil.copy(one.path, top / f"{place + 1}.jpg")
    inner = top / "100 % of #3 + more?" / "東京"
    inner.mkdir(parents=True)
    shutil.copy(SELFIE, inner / "Grüße & $HOME 🙂.jpg")
    shutil.copy(SELFIE, inner / "photo without suffix")
    (top / "damaged").mkdir()
    for path, _ in make_hostile_files(top / "damaged"):
        if path.name.startswith(("cut-at-", "orientation-", "animated", "30000x20", "20x30000")):
            path.unlink()
    for name in ("notes.txt", ".hidden.jpg", "raw.nef"):
        (top / name).write_text("nothing to see")
    (top / ".hidden").mkdir()
    shutil.copy(SELFIE, top / ".hidden" / "me.jpg")
    return top


@pytest.fixture(scope="module")
def local_rows(folder: Path) -> Rows:
    """What the local engine says of the folder."""
    with WorkerPool(POLICY, workers=1) as pool:
        return [
            columns(Row(photo.path, photo.name, done.report, done.size, digest=done.digest), POLICY)
            | {REPORT: done.report.to_dict()}
            for photo in Walk([str(folder)])
            for done in [pool.submit(Job(photo.path, photo.source, preview_px=0)).result()]
        ]


def rows_of(table: Any) -> Rows:
    return [row | {REPORT: json.loads(row[REPORT])} for row in table.to_pylist()]


def compared(rows: Rows, *leave_out: str) -> Rows:
    return [{key: value for key, value in row.items() if key not in _NOT_COMPARED.union(leave_out)} for row in rows]


def test_a_folder_gives_the_rows_of_the_local_engine(
    cluster: Any, folder: Path, local_rows: Rows, tmp_path: Path
) -> None:
    counts = scan_with_ray([str(folder)], POLICY, str(tmp_path / "out"))
    table = pq.read_table(tmp_path / "out" / "rows.parquet")
    assert table.schema.equals(arrow_schema(POLICY))
    assert compared(rows_of(table)) == compared(local_rows)
    assert counts.files == len(local_rows) > 30
    assert sum(counts.verdicts.values()) == counts.files
    assert counts.verdicts["unreadable"] >= 15
    walk = Walk([str(folder)])
    assert len(list(walk)) == counts.files
    assert counts.skipped == walk.skipped
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["rows.parquet"]


def test_the_example_job_counts_by_verdict(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos").mkdir()
    for one in ("soft_office", "drivers_seat_selfie", "tilted"):
        shutil.copy(fixture(one), tmp_path / "photos")
    monkeypatch.syspath_prepend(str(ROOT / "examples" / "ray_job"))
    job = importlib.import_module("check_photos")
    counts = job.check_photos(str(tmp_path / "photos"), str(tmp_path / "out"))
    rows = pq.read_table(tmp_path / "out").to_pylist()
    assert counts == Counter(row["verdict"] for row in rows)
    assert {Path(row["path"]).name: row["verdict"] for row in rows}["drivers_seat_selfie.jpg"] == "retake"
    assert len(rows) == 3


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names that are no text")
def test_a_name_that_is_no_text_has_its_row(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    odd = os.fsencode(tmp_path / "photos") + b"/caf\xe9.jpg"
    shutil.copy(SELFIE, odd)
    scan_with_ray([str(tmp_path / "photos")], POLICY, str(tmp_path / "out"))
    (row,) = rows_of(pq.read_table(tmp_path / "out" / "rows.parquet"))
    assert (row["name"], row["verdict"]) == (r"caf\udce9.jpg", "retake")
    assert row[REPORT]["source"].endswith(r"/caf\udce9.jpg")


def upload(client: Any, folder: Path, prefix: str) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            client.upload_file(str(path), "photos", f"{prefix}/{path.relative_to(folder).as_posix()}")


def test_object_store_in_and_out_gives_the_same_rows(cluster: Any, s3: Any, folder: Path, local_rows: Rows) -> None:
    upload(s3, folder, "two teams/a%20b")
    s3.put_object(Bucket="photos", Key="two teams/a%20b/marker/", Body=b"")  # what consoles make of a new folder
    url = "s3://photos/two teams/a%20b"
    counts = scan_with_ray([url], POLICY, "s3://photos/results/run 1")
    body = s3.get_object(Bucket="photos", Key="results/run 1/rows.parquet")["Body"].read()
    import pyarrow

    rows = rows_of(pq.read_table(pyarrow.BufferReader(body)))
    assert [row["path"] for row in rows] == [f"{url}/{row['name']}" for row in rows]
    assert [row[REPORT].pop("source") for row in rows] == [row["path"] for row in rows]
    here = [row | {REPORT: {key: value for key, value in row[REPORT].items() if key != "source"}} for row in local_rows]
    for there in (rows, here):
        for row in there:  # the sentence of an unreadable file begins with its name
            if row["verdict"] == "unreadable":
                row[REPORT]["findings"][0]["message"] = row[REPORT]["findings"][0]["message"].partition(": ")[2]
    assert compared(rows, "path") == compared(here, "path")
    walk = Walk([str(folder)])
    assert len(list(walk)) == counts.files
    assert counts.skipped == walk.skipped
    kept = s3.list_objects_v2(Bucket="photos", Prefix="results")["Contents"]
    # pyarrow marks a folder that it has removed something from
    assert {one["Key"] for one in kept} - {"results/run 1/"} == {"results/run 1/rows.parquet"}


def test_several_sources_have_their_own_names_before(cluster: Any, s3: Any, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        shutil.copy(SELFIE, tmp_path / name / "me.jpg")
    s3.upload_file(str(SELFIE), "photos", "three/me.jpg")
    scan_with_ray([str(tmp_path / "one"), "s3://photos/three", str(tmp_path / "two")], POLICY, str(tmp_path / "out"))
    rows = rows_of(pq.read_table(tmp_path / "out" / "rows.parquet"))
    assert [row["name"] for row in rows] == ["one/me.jpg", "three/me.jpg", "two/me.jpg"]
    assert [row["path"] for row in rows][1] == "s3://photos/three/me.jpg"


@pytest.mark.parametrize("url", ["s3://photos/nothing here", "s3://no-such-bucket/photos"])
def test_a_source_that_does_not_exist_is_an_error(cluster: Any, s3: Any, url: str, tmp_path: Path) -> None:
    with pytest.raises((PhotoError, RemoteError), match=r"no-such-bucket|no such folder or file"):
        scan_with_ray([url], POLICY, str(tmp_path / "out"))


def test_a_destination_that_cannot_be_written_is_said_before_the_work(
    cluster: Any, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = lambda *_, **__: pytest.fail("the work has begun")  # noqa: E731
    monkeypatch.setattr("headshot_check.scan.ray.cluster.check_dataset", began)
    with pytest.raises(RemoteError, match=r"no-such-bucket/results: it cannot be written to"):
        scan_with_ray([str(IMAGES)], POLICY, "s3://no-such-bucket/results")


def test_an_object_that_goes_away_meanwhile_is_a_row(cluster: Any, s3: Any) -> None:
    s3.upload_file(str(SELFIE), "photos", "leaving/stays.jpg")
    paths = ["s3://photos/leaving/gone.jpg", "s3://photos/leaving/stays.jpg", "s3://no-such-bucket/me.jpg"]
    rows = check_dataset(ray.data.from_items([{"path": path} for path in paths])).take_all()
    found = {row["path"]: (row["verdict"], row["cause"]) for row in rows}
    assert found[paths[0]] == ("unreadable", "not_found")
    assert found[paths[1]] == ("retake", None)
    assert found[paths[2]][0] == "unreadable"


def test_bytes_of_rays_own_reader_are_checked(cluster: Any, folder: Path, local_rows: Rows) -> None:
    photos = ray.data.read_binary_files(str(folder / "damaged"), include_paths=True)
    rows = {row["path"]: row for row in check_dataset(photos).take_all()}
    here = {row["path"]: row for row in local_rows}
    assert len(rows) >= 20
    for path, row in rows.items():
        if path in here:  # Ray's reader also takes what a walk passes over
            assert {key: row[key] for key in ("verdict", "score", "cause", "digest", "bytes", "failed", "warned")} == {
                key: here[path][key] for key in ("verdict", "score", "cause", "digest", "bytes", "failed", "warned")
            }
            assert Report.from_dict(json.loads(row[REPORT])).source == path


def test_columns_are_typed_also_when_nothing_can_be_read(cluster: Any) -> None:
    photos = ray.data.from_items([{"path": f"{name}.jpg", "bytes": b""} for name in range(40)], override_num_blocks=3)
    checked = check_dataset(photos, policy="resume")
    tables = list(checked.iter_batches(batch_size=None, batch_format="pyarrow"))
    assert sum(table.num_rows for table in tables) == 40
    for table in tables:
        assert table.schema.equals(arrow_schema(load_policy("resume")))
        assert set(table.column("cause").to_pylist()) == {"empty"}


def test_photos_that_end_or_hang_their_worker_are_rows(cluster: Any) -> None:
    names = ["fine-1", "killed-1", "segfault-1", "hangs-1", "fine-2", "exits-1", "fine-3"]
    data = SELFIE.read_bytes()
    photos = ray.data.from_items([{"path": name, "source": name, "bytes": data} for name in names])
    rows = {row["path"]: row for row in check_dataset(photos, time_limit_s=8).take_all()}
    assert {name: row["cause"] for name, row in rows.items()} == {
        "fine-1": None,
        "fine-2": None,
        "fine-3": None,
        "killed-1": "worker_died",
        "segfault-1": "worker_died",
        "exits-1": "worker_died",
        "hangs-1": "timed_out",
    }
    assert {row["verdict"] for row in rows.values() if row["cause"] is None} == {"retake"}


def worker_processes() -> list[Any]:
    """The processes of this machine that check photos for a Ray actor, as psutil sees them."""
    import psutil  # Ray brings its own

    def checks(process: Any) -> bool:
        return any("headshot_check.workers.worker" in part for part in process.info["cmdline"] or ())

    return [process for process in psutil.process_iter(["cmdline"]) if checks(process)]


def below(node: Any, process: Any) -> bool:
    """Whether a process belongs to a node of the cluster."""
    raylet = node.all_processes["raylet"][0].process.pid
    return any(parent.pid == raylet for parent in process.parents())


def test_a_node_that_is_killed_loses_no_row(cluster: Any, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    originals = [one.path for one in fixtures()[:6]]
    for number in range(120):
        shutil.copy(originals[number % 6], photos / f"{number}.jpg")
    done: dict[str, Any] = {}

    def scan() -> None:
        done["counts"] = scan_with_ray([str(photos)], POLICY, str(tmp_path / "out"))

    running = threading.Thread(target=scan)
    running.start()
    doomed: list[Any] = []
    assert until(lambda: doomed.extend(one for one in worker_processes() if below(cluster.second, one)) or doomed, 60)
    time.sleep(1)  # in the middle of its photos
    assert running.is_alive()
    cluster.remove_node(cluster.second, allow_graceful=False)
    running.join(300)
    assert not running.is_alive()
    assert until(lambda: not any(one.is_running() for one in doomed), 30), "workers outlive their node"
    rows = rows_of(pq.read_table(tmp_path / "out" / "rows.parquet"))
    assert [row["name"] for row in rows] == [f"{number}.jpg" for number in range(120)]
    assert done["counts"].files == 120
    assert {row["cause"] for row in rows} == {None}
    for number, row in enumerate(rows):
        assert row["digest"] == rows[number % 6]["digest"]
        assert row["score"] == rows[number % 6]["score"]
    cluster.second = cluster.add_node(**node_options())
    cluster.wait_for_nodes()


def until(true: Callable[[], Any], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_no_photos_make_an_empty_file(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    counts = scan_with_ray([str(tmp_path / "photos")], POLICY, str(tmp_path / "out"))
    assert counts.files == 0
    assert pq.read_table(tmp_path / "out" / "rows.parquet").num_rows == 0


def test_a_url_is_walked_like_a_folder(s3: Any, folder: Path) -> None:
    upload(s3, folder, "walked")
    here, there = Walk([str(folder)]), RemoteWalk(open_place("s3://photos/walked"))
    assert [photo.name for photo in there] == [photo.name for photo in here]
    assert there.skipped == here.skipped


def test_a_file_that_is_named_is_taken(s3: Any) -> None:
    s3.put_object(Bucket="photos", Key="single/notes.txt", Body=b"text")
    (photo,) = RemoteWalk(open_place("s3://photos/single/notes.txt"))
    assert (photo.name, photo.size) == ("notes.txt", 4)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "headshot_check", "scan", "--engine", "ray", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=120, cwd=ROOT, check=False)


def test_the_command_scans_on_a_cluster_and_says_what_came_of_it(cluster: Any, s3: Any, tmp_path: Path) -> None:
    s3.upload_file(str(SELFIE), "photos", "command/me.jpg")
    s3.put_object(Bucket="photos", Key="command/empty.jpg", Body=b"")
    done = command("--address", cluster.address, "s3://photos/command", "--out", tmp_path / "out")
    assert done.returncode == 2, done.stderr
    assert [line for line in done.stderr.splitlines() if "Set ray log level" not in line] == []
    assert "2 photos" in done.stdout
    rows = rows_of(pq.read_table(tmp_path / "out" / "rows.parquet"))
    assert [(row["name"], row["verdict"]) for row in rows] == [("empty.jpg", "unreadable"), ("me.jpg", "retake")]


def test_a_cluster_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = command("--address", "127.0.0.1:1", SELFIE.parent, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "127.0.0.1:1 cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert RayError.code == "ray"
