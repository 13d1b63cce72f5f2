"""POST /api/crop and /api/overlay: a photo in, a picture of it out: its best crop, or itself with the marks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headshot_check.app.openapi import CROP, OVERLAY
from headshot_check.app.problems import HttpProblem
from headshot_check.app.routes.checking import PhotoName, PolicyName, clean, data_url
from headshot_check.app.server_state import ServerState
from headshot_check.app.uploads import PHOTO_FIELD, body
from headshot_check.app.worker_calls import cropped, marked
from headshot_check.crop import TARGETS, CropError, target_for
from headshot_check.errors import PhotoError
from headshot_check.report import Region
from headshot_check.workers.jobs import Call

TargetName = Annotated[str | None, Query(description="What the crop is for; default: what fits the policy.")]
CropPolicyName = Annotated[
    str | None, Query(description="What the crop is judged by; default: what the target is for.")
]
_AT = r"(0(\.[0-9]{1,9})?|1(\.0{1,9})?)"
RegionPoints = Annotated[
    str | None,
    Query(
        pattern=f"^{_AT},{_AT}( {_AT},{_AT}){{3}}$",
        description="Where to cut instead of the best place: four corners x,y in fractions of the photo, clockwise "
        "from the crop's own top left. Middle, width and lean are taken; the height follows from the target.",
    ),
]
WidthPx = Annotated[int | None, Query(ge=16, le=4000, description="Width of the crop, px; default: the target's.")]

router = APIRouter()


@router.post("/crop", **CROP)
async def crop(
    request: Request,
    policy: CropPolicyName = None,
    target: TargetName = None,
    name: PhotoName = PHOTO_FIELD,
    size: WidthPx = None,
    region: RegionPoints = None,
) -> Response:
    """Cut a crop out of a photo, the best or that of a region: upright, in sRGB, without metadata, checked itself."""
    server: ServerState = request.app.state.server
    if target is not None and target not in TARGETS:
        raise HttpProblem("unknown_target", f"there is no crop target of that name, only {', '.join(TARGETS)}")
    if target is None:
        rules = server.policy_named(policy)
        use = target_for(rules.name, rules.base)
    else:
        use = TARGETS[target]
        rules = server.policy_named(use.policy if policy is None else policy)
    place = None if region is None else _region(region)
    with server.crops.slot():
        photo, shown = await body(request), clean(name)
        try:
            facts, jpeg = await server.call(Call(cropped, (photo, shown, use.name, size, place), shown, rules), request)
        except PhotoError as error:
            raise HttpProblem("unreadable", error.cause, remedy=error.remedy) from error
        except CropError as error:
            raise HttpProblem("nothing_to_crop", error.message.removeprefix(f"{shown}: ")) from error
    del facts["source"]
    return JSONResponse({"name": shown, **facts, "image": data_url(jpeg)})


def _region(text: str) -> Region:
    points = tuple((float(x), float(y)) for x, _, y in (point.partition(",") for point in text.split(" ")))
    if points[0] == points[1]:
        raise HttpProblem("bad_parameter", "region: its first two corners are one, so it has no width")
    return Region(points)


@router.post("/overlay", response_class=Response, **OVERLAY)
async def overlay(request: Request, policy: PolicyName = None, name: PhotoName = PHOTO_FIELD) -> Response:
    """Draw what was found onto the photo, as `headshot-check check --overlay` does."""
    server: ServerState = request.app.state.server
    rules = server.policy_named(policy)
    with server.crops.slot():
        photo, shown = await body(request), clean(name)
        try:
            jpeg = await server.call(Call(marked, (photo, shown), shown, rules), request)
        except PhotoError as error:
            raise HttpProblem("unreadable", error.cause, remedy=error.remedy) from error
    return Response(jpeg, media_type="image/jpeg")
