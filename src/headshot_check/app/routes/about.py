"""GET /api/policies and /api/openapi.json, POST /api/close: what there is to choose, how to ask, and the end."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headshot_check import __version__
from headshot_check.app.openapi import CLOSE, DESCRIPTION, POLICIES
from headshot_check.app.server_state import ServerState
from headshot_check.crop import TARGETS, target_for
from headshot_check.policy import Policy

router = APIRouter()

_GROUPS: Final = {
    "linkedin": "Profile pictures",
    "team-page": "Profile pictures",
    "resume": "Applications and documents",
    "id-photo": "Applications and documents",
}
"""where the policies that come with the program stand in a menu, in its order; others are the user's own"""


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


def _menu_place(policy: Policy) -> tuple[int, str]:
    """The user's own first, as that is why the server was started with it."""
    return (list(_GROUPS).index(policy.name) if policy.name in _GROUPS else -1), policy.title


def choices(server: ServerState) -> dict[str, Any]:
    """What a page needs to know before it asks for anything."""
    return {
        "default": server.policy.name,
        "policies": [
            {
                "name": policy.name,
                "title": policy.title,
                "group": _GROUPS.get(policy.name, "Your own"),
                "target": target_for(policy.name, policy.base).name,
            }
            for policy in sorted(server.policies.values(), key=_menu_place)
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
