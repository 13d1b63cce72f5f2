"""Pose: where the head points. Angles come from the mesh's own depth, which is rough: some 3 degrees.

All three need a mesh that the network is sure of; a profile has none and is not assessed.
"""

from __future__ import annotations

from headshot_check.measures import measure
from headshot_check.scene import Scene


@measure("pose.yaw", "degrees")
def yaw(scene: Scene) -> float:
    """Head turned, -90..90; positive = the nose points to the right of the picture."""
    return scene.pose.yaw_deg


@measure("pose.pitch", "degrees")
def pitch(scene: Scene) -> float:
    """Head nodded, -90..90; positive = looking up."""
    return scene.pose.pitch_deg


@measure("pose.roll", "degrees")
def roll(scene: Scene) -> float:
    """Head leaned, -180..180; positive = clockwise on the screen."""
    return scene.pose.roll_deg
