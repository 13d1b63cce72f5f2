"""Who is let in: this machine's own page and programs that have the secret, and nobody else."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixture_photos import ROOT

from headshot_check.app.request_guard import HEADERS, POLICY
from headshot_check.app.routes.static_files import FOLDERS, TYPES, files
from headshot_check.app.server import Address


def ask(
    address: Address, path: str = "/api/policies", *, method: str = "GET", secret: str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request as it is written, with nothing put right by a client; the Host is the server's if none is given."""
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=120)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in {
        "Host": f"127.0.0.1:{address.port}",
        "Authorization": f"Bearer {address.secret if secret is None else secret}",
        **given,
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def code(text: bytes) -> str:
    problem: dict[str, Any] = json.loads(text)
    return str(problem["code"])


def test_127_0_0_1_and_localhost_are_the_servers_names(address: Address) -> None:
    for host in ("127.0.0.1", "localhost"):
        assert ask(address, Host=f"{host}:{address.port}")[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}", ""]
)
@pytest.mark.parametrize("path", ["/", "/api/policies", "/static/web/base.css"])
def test_a_foreign_host_is_refused(address: Address, host: str, path: str) -> None:
    """DNS rebinding: a page's own name that was made to point to 127.0.0.1."""
    status, _, text = ask(address, path, Host=host.format(port=address.port))
    assert (status, code(text)) == (421, "bad_host")


def test_without_a_host_nothing_is_said(address: Address) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=120)
    connection.putrequest("GET", f"/?secret={address.secret}", skip_host=True)
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}", "http://localhost"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_foreign_origin_is_refused(address: Address, origin: str, method: str) -> None:
    status, headers, text = ask(address, method=method, Origin=origin.format(port=address.port))
    assert (status, code(text)) == (403, "foreign_origin")
    assert not [name for name in headers if name.startswith("access-control")]


def test_the_pages_own_origin_is_let_in(address: Address) -> None:
    for host in ("127.0.0.1", "localhost"):
        status, headers, _ = ask(address, Origin=f"http://{host}:{address.port}", Sec_Fetch_Site="same-origin")
        assert status == 200
        assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_that_another_site_makes_is_refused(address: Address, site: str) -> None:
    """Such as an image or a script tag, which carry no Origin; also for the open files."""
    for path in ("/api/policies", "/static/web/base.css"):
        status, _, text = ask(address, path, Sec_Fetch_Site=site, Sec_Fetch_Dest="script")
        assert (status, code(text)) == (403, "foreign_origin")


def test_a_link_elsewhere_may_open_the_page(address: Address) -> None:
    page = f"/?secret={address.secret}"
    assert ask(address, page, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document")[0] == 200
    assert ask(address, page, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="iframe")[0] == 403
    assert ask(address, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document")[0] == 403


@pytest.mark.parametrize(
    "path",
    ["/api/policies", "/api/openapi.json", "/api/check", "/api/close", "/api/nothing", "/api/", "/nothing", "/docs"],
)
@pytest.mark.parametrize("secret", ["", "wrong", "é"])
def test_nothing_without_the_secret(address: Address, path: str, secret: str) -> None:
    for method in ("GET", "POST"):
        status, headers, text = ask(address, path, method=method, secret=secret)
        assert (status, code(text)) == (401, "unauthorized")
        assert headers["www-authenticate"] == "Bearer"


def test_a_part_of_the_secret_is_not_the_secret(address: Address) -> None:
    for secret in (address.secret[:-1], address.secret + "x", address.secret.swapcase()):
        assert ask(address, secret=secret)[0] == 401
        assert ask(address, f"/api/policies?secret={secret}", secret="")[0] == 401


def test_the_secret_may_stand_in_the_address(address: Address) -> None:
    assert httpx.get(f"{address.origin}/api/policies", params={"secret": address.secret}, timeout=60).status_code == 200


def test_who_opens_the_page_without_its_secret_is_told_what_to_do(address: Address) -> None:
    for path in ("/", "/?secret=", "/?secret=wrong"):
        status, headers, text = ask(address, path, secret="")
        assert status == 403
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert b"headshot-check app" in text
        assert address.secret.encode() not in text
        assert b"<script" not in text


def test_the_browsers_address_opens_the_page_once_and_nothing_else() -> None:
    from headshot_check.app.server import running

    with running(workers=1) as other:
        once = other.url_for_browser.partition("/?")[2]
        assert ask(other, f"/api/policies?{once}", secret="")[0] == 401
        assert ask(other, f"/?{once}", secret="", Host="evil.example")[0] == 421
        assert ask(other, f"/?{once}", secret="", Origin="http://evil.example")[0] == 403
        assert ask(other, f"/?{once}x", secret="")[0] == 403
        status, headers, _ = ask(other, f"/?{once}", secret="")
        assert (status, headers["location"]) == (303, f"/?secret={other.secret}")
        assert ask(other, f"/?{once}", secret="")[0] == 403
        assert ask(other, "/?once=", secret="")[0] == 403


def test_each_start_has_a_secret_of_its_own(address: Address) -> None:
    from headshot_check.app.server import running

    with running(workers=1) as other:
        assert other.secret != address.secret
        assert other.port != address.port
        assert ask(other, secret=address.secret)[0] == 401
    assert len(address.secret) >= 43  # 256 bits


TRAVERSALS = (
    "/static/../request_guard.py",
    "/static/..%2fgate.py",
    "/static/%2e%2e/request_guard.py",
    "/static/%2e%2e%2fgate.py",
    "/static/..%5cgate.py",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/web/../words.py",
    "/static/web/__init__.py",
    "/static/web/..%2f..%2freport.py",
    "/static/web/%00.css",
    "/static/",
    "/static/web",
    "/static/app.css%00",
    "/static/web/base.css/",
    "/static/./web/base.css",
    "/static/%252e%252e/request_guard.py",
    "//etc/passwd",
    "/../../etc/passwd",
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_only_the_pages_files_can_be_asked_for(address: Address, path: str) -> None:
    status, headers, text = ask(address, path)
    assert (status, code(text)) == (404, "not_found")
    assert headers["content-type"] == "application/problem+json"


def test_the_pages_files_are_plain_files_of_two_folders() -> None:
    roots = [folder.resolve() for folder in FOLDERS.values()]
    for name, path in files().items():
        assert path.suffix in TYPES
        assert any(root in path.resolve().parents for root in roots)
        assert ".." not in Path(name).parts
    assert "index.html" in files()


def test_a_policy_is_a_name_and_no_path(address: Address) -> None:
    for given in ("pyproject.toml", str(ROOT / "pyproject.toml"), "../pyproject.toml", "linkedin.toml", "/etc/passwd"):
        for route in ("check", "crop", "rank"):
            answer = httpx.post(
                f"{address.origin}/api/{route}",
                params={"secret": address.secret, "policy": given},
                content=b"{}",
                timeout=60,
            )
            assert (answer.status_code, answer.json()["code"]) == (422, "unknown_policy")


@pytest.mark.parametrize(
    ("path", "method", "secret"),
    [
        ("/?secret={secret}", "GET", None),
        ("/", "GET", ""),
        ("/static/web/base.css", "GET", ""),
        ("/static/nothing", "GET", ""),
        ("/api/policies", "GET", None),
        ("/api/policies", "GET", "wrong"),
        ("/api/policies", "DELETE", None),
        ("/api/check", "POST", None),
    ],
)
def test_every_answer_carries_the_protective_headers(
    address: Address, path: str, method: str, secret: str | None
) -> None:
    _, headers, _ = ask(address, path.format(secret=address.secret), method=method, secret=secret)
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "server" not in headers
    assert "set-cookie" not in headers


def test_nothing_may_be_loaded_from_elsewhere() -> None:
    sources = {word for part in POLICY.split("; ") for word in part.split()[1:]}
    assert sources == {"'none'", "'self'", "data:", "blob:"}
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"):
        assert part in POLICY


def test_no_file_of_the_page_names_another_host() -> None:
    allowed = ("http://www.w3.org/", "http://127.0.0.1")  # names of XML vocabularies, which nobody fetches; the page
    texts = {name: path for name, path in files().items() if path.suffix in {".html", ".css", ".js", ".svg"}}
    assert len(texts) > 20
    for name, path in texts.items():
        text = path.read_text(encoding="utf-8")
        for start in ("http://", "https://", 'src="//', 'href="//'):
            for rest in text.split(start)[1:]:
                assert (start + rest).startswith(allowed), f"{name}: {start}{rest[:40]}"
