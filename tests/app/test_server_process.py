"""`headshot-check app` as a process: how it starts, what it says, and how it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fixture_photos import fixture

PHOTO = fixture("soft_office").read_bytes()
COMMAND = (sys.executable, "-m", "headshot_check", "app")
LISTENING = Path("/proc/net/tcp")
unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")


@dataclass
class Started:
    """A server that was started from the command line."""

    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        return int(self.url.partition("/?")[0].rpartition(":")[2])

    def post(self, route: str, **given: object) -> httpx.Response:
        origin, _, secret = self.url.partition("/?secret=")
        headers = {"authorization": f"Bearer {secret}"}
        with httpx.Client(headers=headers, timeout=60, trust_env=False) as client:
            return client.post(f"{origin}/api/{route}", **given)  # type: ignore[arg-type]

    def ended(self) -> tuple[int, str]:
        """Exit status and what was said on standard error, once it has ended."""
        _, said = self.process.communicate(timeout=120)
        return self.process.returncode, said


@contextmanager
def started(*options: str, environment: dict[str, str] | None = None) -> Iterator[Started]:
    command = [*COMMAND, "--workers", "1", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield Started(process, process.stdout.readline().strip())
        finally:
            process.kill()


def children(pid: int) -> set[int]:
    """Processes that a process has started, where the system tells."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == pid:
                found.add(int(status.parent.name))
    return found


def until(true: Callable[[], object]) -> bool:
    """Wait until something is true; whether it came to be."""
    end = time.monotonic() + 120
    while not (found := bool(true())) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def test_it_says_where_the_page_is_and_how_to_stop() -> None:
    with started("--no-open") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(server.url, timeout=60).status_code == 200
        server.process.terminate()
        status, said = server.ended()
    assert "Ctrl-C" in said
    if sys.platform != "win32":
        assert status == 0


def test_it_opens_the_browser(tmp_path: Path) -> None:
    """The user's browser is what BROWSER names; here one that writes down what it was asked for."""
    asked = tmp_path / "asked"
    browser = f"{sys.executable} -c 'import sys; open(sys.argv[2], \"w\").write(sys.argv[1])' %s {asked}"
    with started(environment={**os.environ, "BROWSER": browser}) as server:
        assert until(lambda: asked.exists() and asked.read_text())
        opened = asked.read_text()
        assert server.url.partition("=")[2] not in opened  # who lists the processes does not learn the secret
        assert str(httpx.get(opened, follow_redirects=True, timeout=60).url) == server.url
        assert httpx.get(opened, timeout=60).status_code == 403


@unix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_its_workers_quietly(number: int) -> None:
    with started("--no-open") as server:
        assert server.post("check", content=PHOTO).status_code == 200
        workers = children(server.process.pid)
        server.process.send_signal(number)
        status, said = server.ended()
        assert (status, said.count("\n")) == (0, 1)
        assert until(lambda: not alive(workers))


def test_the_pages_button_ends_it() -> None:
    with started("--no-open") as server:
        assert server.post("check", content=PHOTO).status_code == 200
        workers = children(server.process.pid)
        answer = server.post("close")
        assert (answer.status_code, answer.json()) == (202, {"closing": True})
        status, said = server.ended()
        assert (status, said.count("\n")) == (0, 1)
        assert until(lambda: not alive(workers))


@unix
def test_it_ends_in_the_middle_of_work() -> None:
    """With checks in work and waiting, a crop, an upload that stands still, and a connection that says nothing."""
    with started("--no-open") as server, ThreadPoolExecutor(12) as threads:
        assert server.post("check", content=PHOTO).status_code == 200
        secret = server.url.partition("=")[2]
        with (
            socket.create_connection(("127.0.0.1", server.port)) as silent,
            socket.create_connection(("127.0.0.1", server.port)) as still,
        ):
            still.sendall(
                f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {secret}\r\n"
                "Content-Length: 100000\r\n\r\n".encode()
            )

            def ask(number: int) -> int:
                try:
                    return server.post("crop" if number == 5 else "check", content=PHOTO).status_code
                except httpx.TransportError:
                    return 0

            answers = [threads.submit(ask, number) for number in range(10)]
            assert until(lambda: any(answer.done() for answer in answers))
            workers = children(server.process.pid)
            server.process.send_signal(signal.SIGINT)
            status, said = server.ended()
            assert (status, said.count("\n")) == (0, 1), said
            assert until(lambda: not alive(workers))
            assert {answer.result() for answer in answers} <= {200, 503, 0}
            assert silent.recv(1) == b""
            with contextlib.suppress(ConnectionError):
                assert b" 408 " not in still.recv(65536)[:20]  # it was ended, not waited for


def test_a_port_that_is_taken_is_said_and_a_second_start_works() -> None:
    with started("--no-open") as first:
        port = str(first.port)
        done = subprocess.run([*COMMAND, "--port", port, "--no-open"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert done.stdout == ""
        assert f"port {port}" in done.stderr
        assert "--port" in done.stderr
        assert "Traceback" not in done.stderr
        assert first.post("check", content=PHOTO).status_code == 200
        first.post("close")
        first.ended()
    with started("--no-open", "--port", port) as second:
        assert second.port == int(port)
        assert second.post("check", content=PHOTO).status_code == 200


def test_what_cannot_be_is_said() -> None:
    for options in (["--policy", "nothing"], ["--port", "70000"], ["--workers", "0"], ["--host", "0.0.0.0"]):
        done = subprocess.run([*COMMAND, *options, "--no-open"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_the_policy_that_was_named_is_the_default(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('name = "mine"\ntitle = "a team of ours"\nextend = "team-page"\n', encoding="utf-8")
    with started("--no-open", "--policy", str(mine)) as server:
        report = server.post("check", content=PHOTO).json()["report"]
        assert report["policy"] == "mine"
        assert server.post("crop", content=PHOTO).json()["crop"]["target"] == "team-page"


@pytest.mark.skipif(not LISTENING.exists(), reason="the system does not list its sockets here")
def test_nobody_else_in_the_network_reaches_it() -> None:
    with started("--no-open") as server:
        sockets = [line.split() for line in LISTENING.read_text().splitlines()[1:]]
        ours = [local for _, local, _, state, *_ in sockets if state == "0A" and local.endswith(f":{server.port:04X}")]
        assert ours == [f"0100007F:{server.port:04X}"]  # 127.0.0.1
