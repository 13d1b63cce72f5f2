"""GET /api/policies and /api/openapi.json, POST /api/close: what there is to choose, how to ask, and the end."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headshot_check import __version__
from headshot_check.app.openapi import CLOSE, DESCRIPTION, POLICIES
from headshot_check.app.server_state import ServerState
from headshot_check.crop import TARGETS, target_for

router = APIRouter()


@router.get("/policies", **POLICIES)
async def policies(request: Request) -> Response:
    """Names and titles of the policies and crop targets, and the server's limits."""
    server: ServerState = request.app.state.server
    return JSONResponse(choices(server))


@router.post("/close", **CLOSE)
async def close(request: Request) -> Response:
    """Stop the server and its workers."""
    server: ServerState = request.app.state.server
    return JSONResponse({"closing": True}, 202, background=BackgroundTask(server.stop))


@router.get("/openapi.json", **DESCRIPTION)
async def openapi(request: Request) -> Response:
    """This description."""
    return JSONResponse(request.app.openapi())


def choices(server: ServerState) -> dict[str, Any]:
    """What a page needs to know before it asks for anything."""
    return {
        "default": server.policy.name,
        "policies": [
            {"name": policy.name, "title": policy.title, "target": target_for(policy.name, policy.base).name}
            for policy in server.policies.values()
        ],
        "targets": [
            {
                "name": target.name,
                "title": target.title,
                "aspect": target.aspect,
                "sizes": list(target.sizes),
                "circle": target.circle,
                "policy": target.policy,
            }
            for target in TARGETS.values()
        ],
        "limits": {
            "photo_bytes": server.limits.photo_bytes,
            "parallel": server.parallel,
            "parts": server.limits.parts,
            "results": server.limits.results,
        },
        "workers": server.pool.workers,
        "version": __version__,
    }
