"""What the page asks the server for, over real sockets."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import socket
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from fixture_photos import fixture
from PIL import Image

from headshot_check import Checker, Report, check
from headshot_check.advice.ranking import rank_reports
from headshot_check.app.server import Address
from headshot_check.photo import load
from headshot_check.policy import load_policy
from headshot_check.views.picture.overlay import draw_overlay

GOOD, SELFIE = "soft_office", "drivers_seat_selfie"


def photo(name: str) -> bytes:
    return fixture(name).read_bytes()


@pytest.fixture(scope="module")
def names() -> list[str]:
    return [path.stem for path in sorted(fixture("x").parent.glob("*.jpg"))]


def as_picture(url: str) -> Image.Image:
    head, _, data = url.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data, validate=True)))


def checked(client: httpx.Client, name: str, **params: Any) -> dict[str, Any]:
    answer = client.post("/api/check", params={"name": f"{name}.jpg", **params}, content=photo(name))
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def test_a_check_says_what_the_library_says(client: httpx.Client) -> None:
    data = photo(SELFIE)
    result = checked(client, SELFIE, preview=200, policy="resume")
    expected = Checker("resume").check(data).to_dict()
    assert result["report"] == {**expected, "source": "drivers_seat_selfie.jpg"}
    assert result["name"] == "drivers_seat_selfie.jpg"
    assert max(as_picture(result["preview"]).size) == 200
    assert result["digest"] == hashlib.blake2b(data, digest_size=16).hexdigest()
    assert len(result["phash"]) == 16
    assert int(result["phash"], 16) >= 0
    assert result["seconds"] > 0


def test_no_preview_when_none_is_wanted(client: httpx.Client) -> None:
    assert checked(client, SELFIE, preview=0)["preview"] is None


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"no picture", "not_an_image")])
def test_what_cannot_be_read_has_a_report_that_says_why(client: httpx.Client, data: bytes, code: str) -> None:
    result = client.post("/api/check", params={"name": "a.jpg"}, content=data).json()
    assert result["report"]["verdict"] == "unreadable"
    assert result["report"]["findings"][0]["cause"] == code
    assert result["preview"] is result["phash"] is None


def test_names_in_any_script_and_half_characters(client: httpx.Client) -> None:
    for name, shown in (("ça va 写真 👋.jpg", "ça va 写真 👋.jpg"), ("", "photo")):
        result = client.post("/api/check", params={"name": name}, content=b"x").json()
        assert result["name"] == result["report"]["source"] == shown


def test_several_photos_in_one_request(client: httpx.Client, names: list[str]) -> None:
    chosen = names[:3]
    parts: list[tuple[str, tuple[str, bytes]]] = [("photo", (f"{name} é.jpg", photo(name))) for name in chosen]
    parts.insert(1, ("photo", ("broken.jpg", b"\xff\xd8\xff broken")))
    answer = client.post("/api/check", params={"preview": 0}, files=parts)
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = sorted((json.loads(line) for line in answer.text.splitlines()), key=lambda one: one["index"])
    assert [one["name"] for one in lines] == [part[1][0] for part in parts]
    assert [one["index"] for one in lines] == [0, 1, 2, 3]
    assert lines[1]["report"]["verdict"] == "unreadable"
    assert lines[0]["report"] == checked(client, chosen[0], preview=0)["report"] | {"source": f"{chosen[0]} é.jpg"}


def test_results_come_while_photos_are_still_being_sent(address: Address) -> None:
    boundary = "limit"
    part = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'.encode()
        + photo(GOOD)
        + b"\r\n"
    )
    end = f"--{boundary}--\r\n".encode()
    head = (
        f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{address.port}\r\nAuthorization: Bearer {address.secret}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {2 * len(part) + len(end)}\r\n"
        "Connection: close\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", address.port), timeout=120) as line:
        # A part is known to be complete when its closing boundary has come.
        line.sendall(head + part + f"--{boundary}\r\n".encode())
        answer = b""
        while b'"index": 0' not in answer:
            piece = line.recv(65536)
            assert piece, answer
            answer += piece
        line.sendall(part.removeprefix(f"--{boundary}\r\n".encode()) + end)
        while piece := line.recv(65536):
            answer += piece
    assert b'"index": 1' in answer
    assert answer.endswith(b"0\r\n\r\n")


def test_what_goes_wrong_after_the_first_line_is_said_in_the_last(address: Address) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="photo"\r\n\r\nno picture\r\n'
    head = (
        f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{address.port}\r\nAuthorization: Bearer {address.secret}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", address.port), timeout=120) as line:
        first = part + b"--b\r\n"
        line.sendall(head + b"%x\r\n%b\r\n" % (len(first), first))
        answer = b""
        while b'"index": 0' not in answer:
            answer += line.recv(65536)
        line.sendall(b"0\r\n\r\n")
        while piece := line.recv(65536):
            answer += piece
    last = json.loads(next(piece for piece in answer.split(b"\r\n") if piece.startswith(b'{"problem"')))
    assert last["problem"]["code"] == "bad_multipart"
    assert last["problem"]["remedy"]


def test_a_crop_is_a_picture_with_its_own_report(client: httpx.Client) -> None:
    answer = client.post("/api/crop", params={"target": "github", "size": 300, "name": "me.jpg"}, content=photo(GOOD))
    crop = answer.json()
    assert as_picture(crop["image"]).size == tuple(crop["crop"]["size"]) == (300, 300)
    assert (crop["name"], crop["crop"]["target"], crop["report"]["policy"]) == ("me.jpg", "github", "linkedin")
    again = client.post("/api/check", content=base64.b64decode(crop["image"].partition(",")[2])).json()
    assert again["report"]["verdict"] == crop["report"]["verdict"]


def test_a_crop_for_the_policy_that_is_named(client: httpx.Client) -> None:
    crop = client.post("/api/crop", params={"policy": "id-photo"}, content=photo(GOOD)).json()
    assert (crop["crop"]["target"], crop["report"]["policy"]) == ("id-photo", "id-photo")


def test_a_crop_of_a_photo_that_lies_on_its_side_is_turned(client: httpx.Client) -> None:
    file = io.BytesIO()
    with Image.open(io.BytesIO(photo(GOOD))) as image:
        image.rotate(90, expand=True).save(file, "PNG")
    crop = client.post("/api/crop", params={"name": "me.png"}, content=file.getvalue()).json()
    assert (crop["before"]["verdict"], crop["report"]["verdict"]) == ("usable", "ready")
    assert "Turned by 90 degrees clockwise." in crop["notes"]


def test_a_crop_by_hand_is_cut_where_it_was_asked_for(client: httpx.Client) -> None:
    region = "0.2,0.1 0.8,0.1 0.8,0.58 0.2,0.58"
    crop = client.post("/api/crop", params={"region": region, "target": "linkedin"}, content=photo(GOOD)).json()
    flat = [at for point in crop["crop"]["region"]["points"] for at in point]
    assert flat == pytest.approx([float(at) for at in re.split("[ ,]", region)], abs=0.002)
    assert as_picture(crop["image"]).size == tuple(crop["crop"]["size"])
    again = client.post("/api/check", content=base64.b64decode(crop["image"].partition(",")[2])).json()
    assert again["report"]["verdict"] == crop["report"]["verdict"]
    for bad in ("0,0 0,0 0,0 0,0", "0,0 1,0", "0,0 2,0 2,2 0,2", "nan,0 1,0 1,1 0,1"):
        refused = client.post("/api/crop", params={"region": bad}, content=photo(GOOD))
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_parameter")


def test_the_marked_photo_is_that_of_the_command_line(client: httpx.Client) -> None:
    answer = client.post("/api/overlay", content=photo(SELFIE))
    assert answer.headers["content-type"] == "image/jpeg"
    data = fixture(SELFIE).read_bytes()
    drawn = draw_overlay(load(data).rgb, replace(check(data), source="photo"))
    assert np.abs(np.asarray(Image.open(io.BytesIO(answer.content)), int) - drawn).mean() < 3
    broken = client.post("/api/overlay", content=b"no picture")
    assert (broken.status_code, broken.json()["code"]) == (422, "unreadable")


def test_no_crop_without_a_face_or_a_picture(client: httpx.Client) -> None:
    file = io.BytesIO()
    Image.new("RGB", (400, 400), (120, 130, 140)).save(file, "JPEG")
    nobody = client.post("/api/crop", content=file.getvalue())
    assert (nobody.status_code, nobody.json()["code"]) == (422, "nothing_to_crop")
    broken = client.post("/api/crop", content=b"no picture")
    assert (broken.status_code, broken.json()["code"]) == (422, "unreadable")
    assert "JPEG" in broken.json()["remedy"]


@pytest.fixture(scope="module")
def results(address: Address, names: list[str]) -> list[dict[str, Any]]:
    headers = {"authorization": f"Bearer {address.secret}"}
    with httpx.Client(base_url=address.origin, headers=headers, timeout=120, trust_env=False) as client:
        done = [checked(client, name) for name in (SELFIE, GOOD, names[0])]
        return [*done, client.post("/api/check", params={"name": "broken.jpg"}, content=b"x").json()]


def test_the_order_is_the_librarys(client: httpx.Client, results: list[dict[str, Any]]) -> None:
    answer = client.post("/api/rank", json={"reports": [one["report"] for one in results]}).json()
    expected = rank_reports([Report.from_dict(one["report"]) for one in results], load_policy("linkedin"))
    given = [results[one["index"]]["report"]["source"] for one in answer["order"]]
    assert given == [one.source for one in expected]
    assert [one["reason"] for one in answer["order"]] == [one.reason for one in expected]
    assert [one["place"] for one in answer["order"]] == [1, 2, 3, None]


def test_json_lines_have_the_reports_that_were_sent(client: httpx.Client, results: list[dict[str, Any]]) -> None:
    answer = client.post("/api/export", params={"format": "jsonl"}, json={"results": results})
    assert answer.headers["content-disposition"] == 'attachment; filename="headshot-check.jsonl"'
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["report"] for line in lines] == [one["report"] for one in results]
    assert [line["phash"] for line in lines] == [one["phash"] for one in results]


def test_the_table_has_a_line_for_each_result(client: httpx.Client, results: list[dict[str, Any]]) -> None:
    answer = client.post("/api/export", params={"format": "csv"}, json={"policy": "linkedin", "results": results})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == [one["name"] for one in results]
    assert [row["verdict"] for row in rows] == [one["report"]["verdict"] for one in results]


def test_the_page_of_results_holds_them_all(client: httpx.Client, results: list[dict[str, Any]]) -> None:
    hostile = {**results[0], "name": "</script><script>alert(1)</script>.jpg"}
    answer = client.post("/api/export", params={"format": "html"}, json={"results": [*results, hostile]})
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script>alert(1)" not in answer.text
    assert all(one["name"] in answer.text for one in results)


def test_choices(client: httpx.Client) -> None:
    choices = client.get("/api/policies").json()
    assert choices["default"] == "linkedin"
    assert {one["name"] for one in choices["policies"]} >= {"linkedin", "resume", "team-page", "id-photo"}
    assert "resume-3x4" in [one["name"] for one in choices["targets"]]
    assert choices["limits"]["photo_bytes"] == 100 * 1024 * 1024


def test_a_policy_of_ones_own_is_served_by_its_name(client: httpx.Client) -> None:
    answer = client.post("/api/check", params={"policy": "mine"}, content=photo(GOOD))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_policy")


def test_the_page_and_its_files(address: Address) -> None:
    page = httpx.get(address.url, timeout=60)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    style = httpx.get(f"{address.origin}/static/web/base.css", timeout=60)
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    script = httpx.get(f"{address.origin}/static/web/detail.js", timeout=60)
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/static/nothing.css", 404, "not_found"),
        ("GET", "/api/check", 405, "method_not_allowed"),
        ("POST", "/api/check?preview=many", 422, "bad_parameter"),
        ("POST", "/api/check?preview=2000", 422, "bad_parameter"),
        ("POST", "/api/check?policy=nothing", 422, "unknown_policy"),
        ("POST", "/api/crop?target=nothing", 422, "unknown_target"),
        ("POST", "/api/export?format=pdf", 422, "bad_parameter"),
    ],
)
def test_refusals_have_a_code_a_cause_and_a_remedy(
    client: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:headshot-check:problem:{code}"
    assert problem["detail"]
    assert problem["remedy"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"reports": [{"schema_version": "1.0"}]}', "not_results"),
        (b'{"reports": 1}', "not_results"),
        (b"[]", "not_results"),
    ],
)
def test_what_is_no_report_is_refused(client: httpx.Client, body: bytes, code: str) -> None:
    answer = client.post("/api/rank", content=body)
    assert (answer.json()["code"], answer.status_code) == (code, 400 if code == "bad_json" else 422)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema_version", "9.0"),
        ("verdict", "fine"),
        ("score", "90"),
        ("findings", [{"check": "a"}]),
        ("faces", {"box": 1}),
        ("drivers_seat", None),
    ],
)
def test_a_report_of_the_wrong_shape_is_refused(
    client: httpx.Client, results: list[dict[str, Any]], key: str, value: object
) -> None:
    answer = client.post("/api/rank", json={"reports": [{**results[0]["report"], key: value}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_results")
    assert key in answer.json()["detail"]
