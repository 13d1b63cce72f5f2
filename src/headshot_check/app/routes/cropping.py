"""POST /api/crop: a photo in, the best crop of it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headshot_check.app.openapi import CROP
from headshot_check.app.problems import HttpProblem
from headshot_check.app.routes.checking import PhotoName, clean, data_url
from headshot_check.app.server_state import ServerState
from headshot_check.app.uploads import PHOTO_FIELD, body
from headshot_check.checker import Checker
from headshot_check.crop import TARGETS, CropError, Target, target_for
from headshot_check.crop.saving import encoded
from headshot_check.errors import PhotoError
from headshot_check.photo import load

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
        document = await server.crop(lambda checker: cropped(checker, photo, shown, use, size), rules, request)
    return JSONResponse(document)


def cropped(checker: Checker, data: bytes, name: str, target: Target, size: int | None) -> dict[str, Any]:
    """The crop, what is said of it, and its JPEG.

    Raises
    ------
    HttpProblem
        "unreadable" or "nothing_to_crop".
    """
    try:
        done = checker.crop(replace(load(data), source=name), target.name, size=size)
    except PhotoError as error:
        raise HttpProblem("unreadable", error.cause, remedy=error.remedy) from error
    except CropError as error:
        raise HttpProblem("nothing_to_crop", error.message.removeprefix(f"{name}: ")) from error
    facts = {key: value for key, value in done.to_dict().items() if key != "source"}
    return {"name": name, **facts, "image": data_url(encoded(done.pixels, "JPEG"))}
