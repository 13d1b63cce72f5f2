"""MediaPipe's Tasks API as a user would write it by hand: face landmarks and the selfie's mask, nothing judged.

mediapipe_tasks.py FACE_LANDMARKER.task SELFIE_SEGMENTATION.tflite
"""

import sys
import time

import mediapipe as mp
from mediapipe.tasks import python as tasks
from mediapipe.tasks.python import vision
from turns import answer

landmarker = vision.FaceLandmarker.create_from_options(
    vision.FaceLandmarkerOptions(base_options=tasks.BaseOptions(model_asset_path=sys.argv[1]))
)
segmenter = vision.ImageSegmenter.create_from_options(
    vision.ImageSegmenterOptions(
        base_options=tasks.BaseOptions(model_asset_path=sys.argv[2]),
        output_confidence_masks=True,
        output_category_mask=False,
    )
)


def look(job: dict) -> str:
    """Detection, landmarks and mask of the file; the share of decoding is told."""
    start = time.process_time()
    image = mp.Image.create_from_file(job["path"])
    decoded = time.process_time() - start
    faces = landmarker.detect(image).face_landmarks
    segmenter.segment(image)
    if not faces:
        raise RuntimeError("it finds no face")
    return f"decode {decoded:.6f}"


answer(look)
