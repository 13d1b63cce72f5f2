"""The local page's HTTP interface, from its OpenAPI description."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from build_docs.markdown import code, table
from headshot_check.app.problems import KINDS, MEDIA_TYPE
from headshot_check.app.server import running

_TIMEOUT_S = 30


def operations() -> str:
    """A section for each operation, as a running server describes it."""
    with running(workers=1) as address:
        asked = Request(f"{address.origin}/api/openapi.json", headers={"Authorization": f"Bearer {address.secret}"})
        # straight to this machine, whatever proxy the environment names
        with build_opener(ProxyHandler({})).open(asked, timeout=_TIMEOUT_S) as answer:
            document = json.load(answer)
    parts = []
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            parts += [f"## {one['summary']}", f"`{method.upper()} {path}`", *_operation(one)]
    return "\n\n".join(parts)


def refusals() -> str:
    """Every refusal."""
    rows = [(str(kind.status), code(name), kind.title, kind.remedy) for name, kind in KINDS.items()]
    return table(["status", "`code`", "what", "what to do"], rows)


def _operation(one: dict[str, Any]) -> list[str]:
    parts = []
    if parameters := one.get("parameters"):
        rows = [(code(p["name"]), _kind(p["schema"]), p.get("description", "")) for p in parameters]
        parts.append(table(["parameter", "value", "what"], rows))
    if body := one.get("requestBody"):
        parts.append("Takes " + ", ".join(map(code, body["content"])) + ".")
    for status, answer in one["responses"].items():
        if MEDIA_TYPE not in answer.get("content", {}):
            kinds = ", ".join(map(code, answer.get("content", {})))
            parts.append(f"**{status}**{' as ' + kinds if kinds else ''}: {answer['description']}")
    refused = [c for a in one["responses"].values() for m, c in a.get("content", {}).items() if m == MEDIA_TYPE]
    names = sorted({name for c in refused for name in c["schema"]["allOf"][1]["properties"]["code"]["enum"]})
    if names:
        parts.append("Refusals: " + ", ".join(map(code, names)) + ".")
    return parts


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(code, schema["enum"]))
    kind = str(schema.get("type", "any"))
    return kind if "default" not in schema else f"{kind}, default {code(schema['default'])}"
