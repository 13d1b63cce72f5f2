"""Pose: rotation of the head, and whether the person poses at all.

Angles are accurate to about 3 degrees. They come from the mesh's depth and are not assessed for profiles, which have no
reliable mesh.
"""

from __future__ import annotations

from headshot_check.measures import measure
from headshot_check.scene import Scene


@measure("pose.yaw", "degrees")
def yaw(scene: Scene) -> float:
    """Head turned sideways, -90..90; positive = the nose points to the right of the picture."""
    return scene.pose.yaw_deg


@measure("pose.pitch", "degrees")
def pitch(scene: Scene) -> float:
    """Head tilted up or down, -90..90; positive = looking up."""
    return scene.pose.pitch_deg


@measure("pose.roll", "degrees")
def roll(scene: Scene) -> float:
    """Head tilted sideways, -180..180; positive = clockwise on the screen."""
    return scene.pose.roll_deg


@measure("pose.in_action", "probability")
def in_action(scene: Scene) -> float:
    """Probability that the person is speaking or busy instead of posing, 0..1; exactly 0 without a hint of it.

    Signs are a microphone, headset, headphones, lectern, laptop, papers, cup, camera and gestures. Our own networks
    judge the whole frame and a window around head and chest (training/ACTION_CARD.md). Not assessed without a face.
    """
    return scene.snapshot.in_action
