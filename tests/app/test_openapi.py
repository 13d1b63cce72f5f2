"""The description of the interface: complete, true, and no request that it allows or forbids brings the server down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
from fixture_photos import fixture

from headshot_check.app.problems import KINDS, MEDIA_TYPE
from headshot_check.app.server import Address

PHOTO = fixture("soft_office").read_bytes()
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n' + PHOTO + b"\r\n--b--\r\n"


@pytest.fixture(scope="module")
def described(address: Address) -> dict[str, Any]:
    answer = httpx.get(f"{address.origin}/api/openapi.json", params={"secret": address.secret}, timeout=60)
    document: dict[str, Any] = answer.json()
    return document


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert "Report" in names
    assert names <= set(described["components"]["schemas"])
    assert "$defs" not in json.dumps(described)


def test_every_schema_is_a_schema(described: dict[str, Any]) -> None:
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_route_is_described_with_its_refusals(described: dict[str, Any]) -> None:
    found = {f"{method} {path}" for method, path, _ in operations(described)}
    assert found == {
        "post /api/check",
        "post /api/crop",
        "post /api/overlay",
        "post /api/rank",
        "post /api/export",
        "post /api/coach",
        "post /api/close",
        "get /api/policies",
        "get /api/openapi.json",
    }
    for _, _, operation in operations(described):
        assert operation["operationId"]
        assert {"401", "403", "421", "500", "503"} <= set(operation["responses"])
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert set(answer["content"]) == {MEDIA_TYPE}


def test_every_code_is_described_and_no_other(described: dict[str, Any]) -> None:
    said: set[str] = set()
    for _, _, operation in operations(described):
        for status, answer in operation["responses"].items():
            codes = set(re.findall("`([a-z_]+)`", answer["description"])) if status >= "400" else set()
            assert all(KINDS[code].status == int(status) for code in codes)
            said |= codes
    assert set(KINDS) - said == {"not_found", "method_not_allowed"}  # of paths and methods that are not described


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("get", "/api/policies", {}),
        ("get", "/api/openapi.json", {}),
        ("post", "/api/check", {"content": PHOTO}),
        ("post", "/api/check", {"content": b"no picture"}),
        ("post", "/api/check", {"content": MULTIPART, "headers": {"content-type": "multipart/form-data; boundary=b"}}),
        ("post", "/api/check", {"content": b"x", "headers": {"content-type": "multipart/form-data"}}),
        ("post", "/api/check", {"content": PHOTO, "params": {"policy": "nothing"}}),
        ("post", "/api/crop", {"content": PHOTO}),
        ("post", "/api/crop", {"content": b"no picture"}),
        ("post", "/api/crop", {"content": PHOTO, "params": {"size": "0"}}),
        ("post", "/api/crop", {"content": PHOTO, "params": {"region": "0.2,0.1 0.8,0.1 0.8,0.6 0.2,0.6"}}),
        ("post", "/api/crop", {"content": PHOTO, "params": {"region": "0.2,0.1"}}),
        ("post", "/api/crop", {"content": PHOTO, "params": {"region": "0,0 0,0 0,0 0,0"}}),
        ("post", "/api/overlay", {"content": PHOTO}),
        ("post", "/api/overlay", {"content": b"no picture"}),
        ("post", "/api/rank", {"content": b"{"}),
        ("post", "/api/rank", {"json": {"reports": [{}]}}),
        ("post", "/api/rank", {"json": {"reports": []}}),
        ("post", "/api/export", {"json": {"results": []}, "params": {"format": "csv"}}),
        ("post", "/api/export", {"json": {"results": []}, "params": {"format": "jsonl"}}),
        ("post", "/api/export", {"json": {"results": []}, "params": {"format": "html"}}),
        ("post", "/api/coach", {"content": PHOTO, "params": {"session": "a"}}),
        ("post", "/api/coach", {"content": PHOTO}),
    ],
)
def test_answers_are_as_described(
    client: httpx.Client, described: dict[str, Any], method: str, path: str, given: dict[str, Any]
) -> None:
    answer = client.request(method, path, **given)
    content = described["paths"][path][method]["responses"][str(answer.status_code)]["content"]
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = {**content[media_type].get("schema", {}), "components": described["components"]}
    if media_type.endswith("json"):
        for text in answer.text.splitlines() if media_type == "application/x-ndjson" else [answer.text]:
            jsonschema.Draft202012Validator(schema).validate(json.loads(text))


def test_every_operation_can_be_asked_for_with_the_results_of_another(
    client: httpx.Client, described: dict[str, Any]
) -> None:
    """What /api/check gives out is what /api/rank and /api/export take, by the description too."""
    result = client.post("/api/check", content=PHOTO).json()
    bodies = {"/api/rank": {"reports": [result["report"]]}, "/api/export": {"results": [result]}}
    for path, body in bodies.items():
        content = described["paths"][path]["post"]["requestBody"]["content"]
        schema = {**content["application/json"]["schema"], "components": described["components"]}
        jsonschema.Draft202012Validator(schema).validate(body)
        assert client.post(path, json=body).status_code == 200
