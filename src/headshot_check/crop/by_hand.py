"""Crops at a region that the user chose: the frame with the target's aspect there, kept inside the picture."""

from __future__ import annotations

import math

import numpy as np

from headshot_check.crop.frame import CropFrame
from headshot_check.crop.targets import LEAST_WIDTH, CropError, Target
from headshot_check.report import Region
from headshot_check.scene import Scene


def frame_at(scene: Scene, region: Region, target: Target) -> CropFrame:
    """The frame with the target's aspect that is centred on a region and as wide as the region's upper edge.

    A frame that extends beyond the picture is moved inside, and shrunk if it is larger than the picture.

    Parameters
    ----------
    region
        Its four corners in fractions of the photo, as in `Crop.region`: clockwise from the crop's own top left.

    Raises
    ------
    CropError
        The region does not have four corners, or its width is 0.
    """
    corners = np.array(region.points, np.float64).reshape(-1, 2) * (scene.width, scene.height)
    if len(corners) != 4:
        raise CropError(f"{scene.photo.source}: the region of a crop has four corners, not {len(corners)}")
    across = corners[1] - corners[0]
    width = float(np.hypot(*across))
    if not width:
        raise CropError(f"{scene.photo.source}: the region of a crop has no width: its first two corners are the same")
    lean = math.atan2(across[1], across[0])
    cos, sin, high = abs(math.cos(lean)), abs(math.sin(lean)), 1 / target.aspect
    reach = np.array([(cos + high * sin) / 2, (sin + high * cos) / 2])  # half of its box, for a width of 1
    most = float(min((scene.width, scene.height) / (2 * reach)))
    width = min(max(width, LEAST_WIDTH * scene.photo.scale), most)
    edge = width * reach
    x, y = np.minimum(np.maximum(corners.mean(axis=0), edge), (scene.width, scene.height) - edge).tolist()
    return CropFrame((x, y), width, width * high, math.degrees(lean))
