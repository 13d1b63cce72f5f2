"""`Checker.crop` in this process: a photo and a target go in, the crop and both reports come out."""

from __future__ import annotations

from headshot_check.assessment import assess, report_on
from headshot_check.crop import best_frame
from headshot_check.crop.by_hand import frame_at
from headshot_check.crop.result import CroppedPhoto, cropped_photo, no_better, notes_on
from headshot_check.crop.suggest import crop_of, roll_limit
from headshot_check.crop.targets import LEAST_WIDTH, MOST_WIDTH, CropError, Target
from headshot_check.crop.turning import note_on_turning, turns_of_region
from headshot_check.policy import Policy
from headshot_check.report import Region
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.turning import set_upright
from headshot_check.turned_report import turned_crop, turned_region
from headshot_check.words import cause_in_words


def crop_photo(
    given: Scene,
    target: Target,
    policy: Policy,
    *,
    size: int | None = None,
    enlarge: bool = False,
    region: Region | None = None,
) -> CroppedPhoto:
    """Crop the photo of a scene at the best place for a target, or at `region`, and check the crop.

    Parameters
    ----------
    size, enlarge, region
        As for `Checker.crop`.

    Raises
    ------
    CropError
        No face to crop around, `size` out of range, an invalid region, or a file that is incomplete or damaged.
    """
    photo = given.photo
    if size is not None and not LEAST_WIDTH <= size <= MOST_WIDTH:
        raise CropError(f"{photo.source}: a crop must be {LEAST_WIDTH} to {MOST_WIDTH} px wide, not {size}")
    if photo.made_up is not None:
        what = "part of the picture is missing or wrong, which a crop would hide"
        raise CropError(f"{photo.source}: {what}: copy or download the photo again")
    judged = scene = set_upright(given)
    if region is not None and (turns := turns_of_region(given, region)) != judged.quarters:
        scene = given.turned(turns)
    turns = scene.quarters
    try:
        if region is None:
            frame = best_frame(scene, target, roll_limit(policy))
        else:
            frame = frame_at(scene, turned_region(region, turns), target)
    except NotAssessed as reason:
        raise CropError(f"{photo.source}: {cause_in_words(reason.cause)}, so there is nothing to crop") from None
    known = assess(judged, policy)
    before = report_on(judged, policy, known=known)
    cut, jpeg = cropped_photo(scene.photo, frame, target, target.sizes[0] if size is None else size, enlarge)
    report = report_on(set_upright(Scene(cut, given.nets)), policy, whole=known)
    crop = turned_crop(crop_of(scene, frame, target, known.judged, report, (cut.width, cut.height)), turns)
    notes = (
        *notes_on(scene, frame, target, crop, size, by_hand=region is not None),
        *note_on_turning(turns),
        *no_better(crop, before),
    )
    return CroppedPhoto(photo.source, cut.rgb, crop, report, before, notes, jpeg)
