"""Pose: where the head points, and whether somebody poses at all. Angles are rough: some 3 degrees.

They come from the mesh's own depth and need a mesh that the network is sure of; a profile has none and is not assessed.
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


@measure("pose.in_action", "probability")
def in_action(scene: Scene) -> float:
    """How likely it shows somebody speaking or busy instead of a portrait, 0..1; 0 where nothing hints at it.

    A microphone or headset, headphones, a lectern, a laptop, papers, a cup, a camera, gestures. Networks of our own
    judge the whole frame and the window round head and chest (training/ACTION_CARD.md). Not assessed without a face.
    """
    return scene.snapshot.in_action
