"""Photo -> Scene: faces, mesh, head, mask and evidence, each computed once, on first use."""

from __future__ import annotations

from headshot_check.scene.face_crop import FACE_CROP_DROP, FACE_CROP_EYES, FACE_EYES_PX, FaceCrop
from headshot_check.scene.scene import NotAssessed, Scene

__all__ = ["FACE_CROP_DROP", "FACE_CROP_EYES", "FACE_EYES_PX", "FaceCrop", "NotAssessed", "Scene"]
