"""The OpenAPI 3.1 description of the interface: every response with its type, and every error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from headshot_check import __version__
from headshot_check.app.problems import KINDS, MEDIA_TYPE
from headshot_check.report import schema
from headshot_check.text import to_json

JPEG_URL: Final = (
    "^data:image/jpeg;base64,/9j/(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"  # FF D8 FF
)
PHASH: Final = "^[0-9a-f]{16}$"
DIGEST: Final = "^[0-9a-f]{32}$"

_ANYWHERE: Final = ("unauthorized", "foreign_origin", "bad_host", "internal", "busy", "closing")
_UPLOAD: Final = ("too_slow", "too_large", "unsupported_encoding")
_PLACE: Final = "#/components/schemas/"
_PHOTO: Final[dict[str, Any]] = {"application/octet-stream": {}, "image/*": {}}
"""OpenAPI 3.1 gives raw bytes no schema"""


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": _PLACE + name}


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The error responses of an operation by status, with those that any request may get."""
    by_status: dict[int | str, list[str]] = {}
    for code in dict.fromkeys((*codes, *_ANYWHERE)):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {status: _refusal(names) for status, names in sorted(by_status.items(), key=lambda one: str(one[0]))}


def _refusal(codes: Iterable[str]) -> dict[str, Any]:
    names = sorted(codes)
    document: dict[str, Any] = {
        "description": "; ".join(f"`{code}`: {KINDS[code].title}" for code in names),
        "content": {MEDIA_TYPE: {"schema": {"allOf": [_ref("Problem"), {"properties": {"code": {"enum": names}}}]}}},
    }
    if "busy" in names:
        seconds = {"type": "string", "pattern": "^[0-9]+$"}
        document["headers"] = {"Retry-After": {"description": "seconds; with `busy`", "schema": seconds}}
    return document


def _answer(description: str, content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"description": description, "content": dict(content), **more}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(name)}}


def _body(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": dict(content)}}


def operation(
    name: str,
    summary: str,
    answer: Mapping[int, dict[str, Any]],
    refusals: Iterable[str] = (),
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Keyword arguments of a route: its body and all its responses."""
    return {
        "operation_id": name,
        "summary": summary,
        "status_code": next(iter(answer)),
        "responses": {**answer, **problems(*refusals)},
        "openapi_extra": None if body is None else _body(body),
    }


_PARTS: Final = {
    "type": "object",
    "required": ["photo"],
    "properties": {
        "photo": {"type": "array", "minItems": 1, "items": {}},
    },
    "additionalProperties": False,
}

CHECK: Final = operation(
    "check",
    "Check photos",
    {
        200: _answer(
            "The result; of a multipart body one line for each photo, in the order in which they are done. What goes "
            "wrong after the first line is said in the last one. A photo that cannot be read has a report too.",
            {**_json("Result"), "application/x-ndjson": {"schema": {"anyOf": [_ref("Line"), _ref("LastLine")]}}},
        )
    },
    (*_UPLOAD, "bad_multipart", "too_many_parts", "bad_parameter", "unknown_policy"),
    {**_PHOTO, "multipart/form-data": {"schema": _PARTS}},
)
CROP: Final = operation(
    "crop",
    "Cut the best crop, or that of a region",
    {200: _answer("The crop, and what is said of it.", _json("Cropped"))},
    (*_UPLOAD, "bad_parameter", "unknown_policy", "unknown_target", "nothing_to_crop", "unreadable"),
    _PHOTO,
)
OVERLAY: Final = operation(
    "overlay",
    "Draw what was found",
    {200: _answer("The photo with its marks, and the verdict below it.", {"image/jpeg": {}})},
    (*_UPLOAD, "bad_parameter", "unknown_policy", "unreadable"),
    _PHOTO,
)
RANK: Final = operation(
    "rank",
    "Put shots in order",
    {200: _answer("The best first, each with the reason.", _json("Order"))},
    (*_UPLOAD, "bad_json", "bad_parameter", "unknown_policy", "not_results"),
    _json("ToRank"),
)
_FILE: Final = {
    media_type: {"schema": {"type": "string"}} for media_type in ("text/html", "text/csv", "application/x-ndjson")
}
_DISPOSITION: Final = {"Content-Disposition": {"description": "the file's name", "schema": {"type": "string"}}}
EXPORT: Final = operation(
    "export",
    "Make a report's file",
    {200: _answer("The file, as `headshot-check scan` writes it.", _FILE, headers=_DISPOSITION)},
    (*_UPLOAD, "bad_json", "bad_parameter", "unknown_policy", "not_results"),
    _json("ToExport"),
)
POLICIES: Final = operation(
    "policies", "What there is to choose from", {200: _answer("Policies, targets and limits.", _json("Choices"))}
)
CLOSE: Final = operation("close", "Stop the server", {202: _answer("It stops.", _json("Closing"))})
DESCRIPTION: Final = operation(
    "openapi", "This description", {200: _answer("OpenAPI 3.1.", {"application/json": {"schema": {"type": "object"}}})}
)


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, **more}


def _or_null(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [dict(of), {"type": "null"}]}


def _schemas(policies: list[str], targets: list[str], results: int) -> dict[str, Any]:
    text, count, number = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "number"}
    policy = {"type": "string", "enum": policies}
    target = {"type": "string", "enum": targets}
    of_photo = {
        "name": {"type": "string", "maxLength": 1024},
        "report": _ref("Report"),
    }
    facts = {
        "preview": _or_null({"type": "string", "pattern": JPEG_URL}),
        "phash": _or_null({"type": "string", "pattern": PHASH}),
        "digest": _or_null({"type": "string", "pattern": DIGEST}),
    }
    result = {**of_photo, **facts, "seconds": {"type": "number", "minimum": 0}}
    place = {
        "index": {**count, "description": "of the report in the request"},
        "place": _or_null({"type": "integer", "minimum": 1}),
        "points": _or_null(number),
        "reason": text,
        "because": {"type": "array", "items": {**text, "description": "a check"}},
    }
    known_target = {
        "name": target,
        "title": text,
        "aspect": {**number, "exclusiveMinimum": 0},
        "sizes": {"type": "array", "items": {"type": "integer", "minimum": 1}},
        "circle": {"type": "boolean"},
        "policy": policy,
    }
    limits = dict.fromkeys(("photo_bytes", "parallel", "parts", "results"), count)
    report = dict(schema())
    for key in ("$schema", "$id"):
        report.pop(key)
    own = report.pop("$defs")
    crop = next(one for one in report["properties"]["crop"]["oneOf"] if one.get("type") != "null")
    before = {"verdict": report["properties"]["verdict"], "score": report["properties"]["score"]}
    problem = {
        "type": {"type": "string", "format": "uri"},
        "title": text,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "enum": sorted(KINDS), "description": "stable"},
        "detail": {**text, "description": "the cause"},
        "remedy": {**text, "description": "what to do about it"},
    }
    named = {
        **own,
        "Report": report,
        "Problem": _object(problem),
        "Result": _object(result),
        "Line": _object({"index": {**count, "description": "of the part in the body"}, **result}),
        "LastLine": _object({"problem": _ref("Problem")}),
        "Cropped": _object(
            {
                "name": text,
                "crop": crop,
                "notes": {"type": "array", "items": text},
                "before": _object(before),
                "report": _ref("Report"),
                "image": {"type": "string", "pattern": JPEG_URL},
            }
        ),
        "ToRank": _object({"reports": {"type": "array", "maxItems": results, "items": _ref("Report")}}),
        "Order": _object({"order": {"type": "array", "items": _object(place)}}),
        "ToExport": _object(
            {"results": {"type": "array", "maxItems": results, "items": _object(of_photo, facts)}},
            {"policy": _or_null(policy)},
        ),
        "Choices": _object(
            {
                "default": policy,
                "policies": {
                    "type": "array",
                    "items": _object({"name": policy, "title": text, "group": text, "target": target}),
                },
                "targets": {"type": "array", "items": _object(known_target)},
                "limits": _object(limits),
                "workers": {"type": "integer", "minimum": 1},
                "version": text,
            }
        ),
        "Closing": _object({"closing": {"const": True}}),
    }
    moved: dict[str, Any] = json.loads(to_json(named).replace('"#/$defs/', f'"{_PLACE}'))
    return moved


def describe(app: FastAPI, policies: list[str], targets: list[str], results: int) -> dict[str, Any]:
    """The description of an app.

    Parameters
    ----------
    policies, targets
        Names that can be asked for.
    results
        Reports of one request at most.
    """
    document = get_openapi(
        title="headshot-check",
        version=__version__,
        summary="Checks profile pictures on this machine.",
        description="For the page of `headshot-check app`, and for other programs here that have its secret.",
        routes=app.routes,
    )
    names = {"policy": policies, "target": targets}
    for path in document["paths"].values():
        for described in path.values():
            for parameter in described.get("parameters", ()):
                if parameter["name"] in names:
                    parameter["schema"] = {"type": "string", "enum": names[parameter["name"]]}
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(_schemas(policies, targets, results))
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "the secret of this start"},
        "secret": {"type": "apiKey", "in": "query", "name": "secret"},
    }
    document["security"] = [{"bearer": []}, {"secret": []}]
    return document
