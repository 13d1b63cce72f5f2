"""POST /api/crop: a photo in, the best crop of it out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headshot_check.app.openapi import CROP
from headshot_check.app.problems import HttpProblem
from headshot_check.app.routes.checking import PhotoName, clean, data_url
from headshot_check.app.server_state import ServerState
from headshot_check.app.uploads import PHOTO_FIELD, body
from headshot_check.app.worker_calls import cropped
from headshot_check.crop import TARGETS, CropError, target_for
from headshot_check.errors import PhotoError
from headshot_check.workers.jobs import Call

TargetName = Annotated[str | None, Query(description="What the crop is for; default: what fits the policy.")]
PolicyName = Annotated[str | None, Query(description="What the crop is judged by; default: what the target is for.")]
WidthPx = Annotated[int | None, Query(ge=16, le=4000, description="Width of the crop, px; default: the target's.")]

router = APIRouter()


@router.post("/crop", **CROP)
async def crop(
    request: Request,
    policy: PolicyName = None,
    target: TargetName = None,
    name: PhotoName = PHOTO_FIELD,
    size: WidthPx = None,
) -> Response:
    """Cut the best crop out of a photo: upright, in sRGB, without metadata, and checked itself."""
    server: ServerState = request.app.state.server
    if target is not None and target not in TARGETS:
        raise HttpProblem("unknown_target", f"there is no crop target of that name, only {', '.join(TARGETS)}")
    if target is None:
        rules = server.policy_named(policy)
        use = target_for(rules.name, rules.base)
    else:
        use = TARGETS[target]
        rules = server.policy_named(use.policy if policy is None else policy)
    with server.crops.slot():
        photo, shown = await body(request), clean(name)
        try:
            facts, jpeg = await server.call(Call(cropped, (photo, shown, use.name, size), shown, rules), request)
        except PhotoError as error:
            raise HttpProblem("unreadable", error.cause, remedy=error.remedy) from error
        except CropError as error:
            raise HttpProblem("nothing_to_crop", error.message.removeprefix(f"{shown}: ")) from error
    del facts["source"]
    return JSONResponse({"name": shown, **facts, "image": data_url(jpeg)})
