"""POST /api/coach: one frame of the camera in, what to tell the person before it out."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headshot_check.app.coach_sessions import FRAME_BYTES, CoachSessions
from headshot_check.app.openapi import operation
from headshot_check.app.server_state import ServerState, until_gone
from headshot_check.app.uploads import body
from headshot_check.coaching.instructions import GROUPS

_STATUS: Final = {"enum": ["pass", "warn", "fail", "not_assessed"]}
_GROUP: Final = {"enum": list(GROUPS)}
_NUMBER: Final = {"type": "number", "minimum": 0}
_REGION: Final = {"$ref": "#/components/schemas/region"}
_REGION_OR_NULL: Final = {"anyOf": [_REGION, {"type": "null"}]}
_STRINGS: Final = {"type": "array", "items": {"type": "string"}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_GUIDANCE: Final = _object(
    session={"type": "string"},
    dropped={"const": False},
    frame={"type": "integer", "minimum": 1},
    instruction=_object(
        code={"type": "string", "description": "stable"},
        text={"type": "string", "description": "left and right are the person's own, as in a mirrored preview"},
        status=_STATUS,
        direction={"enum": ["left", "right", "up", "down", "closer", "back", None]},
        group={"enum": [*GROUPS, None]},
        checks=_STRINGS,
    ),
    checks={"type": "array", "items": _object(group=_GROUP, label={"type": "string"}, status=_STATUS)},
    face=_REGION_OR_NULL,
    eyes=_REGION_OR_NULL,
    head=_REGION_OR_NULL,
    drivers_seat={"type": "object", "description": "as in a report"},
    steady={"type": "boolean"},
    movement={"anyOf": [_NUMBER, {"type": "null"}], "description": "% of the inter-eye distance"},
    all_good={"type": "boolean"},
    good_for={**_NUMBER, "description": "seconds; the shutter is due at 1"},
    never_minded=_STRINGS,
    aim=_object(round={"type": "boolean"}, region=_REGION, head=_REGION),
    seconds=_NUMBER,
)
_DROPPED: Final = _object(session={"type": "string"}, dropped={"const": True})
_COACH: Final = operation(
    "coach",
    "Guide a person before the camera",
    {
        200: {
            "description": "One instruction at a time, and where things are: regions are in fractions of the frame as "
            "sent, not mirrored. A frame that a later one of its session overtakes is dropped.",
            "content": {"application/json": {"schema": {"oneOf": [_GUIDANCE, _DROPPED]}}},
        }
    },
    ("too_slow", "too_large", "unsupported_encoding", "busy", "bad_parameter", "unknown_policy", "unreadable"),
    {"image/jpeg": {"schema": {"type": "string", "contentMediaType": "image/jpeg"}}},
)

SessionName = Annotated[
    str,
    Query(
        pattern="^[A-Za-z0-9_-]{1,64}$",
        description="The camera's own: its frames are looked at one after another. Forgotten 10 s after the last one.",
    ),
]
PolicyName = Annotated[str | None, Query(description="What the shot is for; default: the server's policy.")]
CameraWidth = Annotated[
    int | None, Query(ge=16, le=20_000, description="px across the photo that will be saved; default: the frame's.")
]
NeverMind = Annotated[
    str, Query(max_length=1000, description="Codes of instructions, with commas: not said while they only warn.")
]

router = APIRouter()


@router.post("/coach", **_COACH)
async def coach(
    request: Request,
    session: SessionName,
    policy: PolicyName = None,
    camera: CameraWidth = None,
    never_mind: NeverMind = "",
) -> Response:
    """Look at one frame, a JPEG of 640 to 960 px, and say the one thing to do now."""
    server: ServerState = request.app.state.server
    rules = server.policy_named(policy)
    frame = await body(request, at_most=FRAME_BYTES)
    codes = [code for code in never_mind.split(",") if code]
    guidance = await until_gone(request, _sessions(request).guide(session, rules, frame, camera, codes))
    if guidance is None:
        return JSONResponse({"session": session, "dropped": True})
    return JSONResponse({"session": session, "dropped": False, **guidance})


def _sessions(request: Request) -> CoachSessions:
    """The server's coach sessions, made when the first frame comes."""
    state = request.app.state
    if not hasattr(state, "sessions"):
        state.sessions = CoachSessions(state.server.pool)
        state.server.on_close(state.sessions.close)
    sessions: CoachSessions = state.sessions
    return sessions
