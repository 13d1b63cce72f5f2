"""MediaPipe 0.10.21's solutions, with the very networks that headshot-check embeds: faces, mesh with irises, mask."""

import time

import cv2
import mediapipe as mp
import numpy as np
from PIL import Image
from turns import answer

cv2.setNumThreads(1)
solutions = mp.solutions
detector = solutions.face_detection.FaceDetection()
mesh = solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True)
selfie = solutions.selfie_segmentation.SelfieSegmentation()


def look(job: dict) -> str:
    """Detection, landmarks and mask of the file; the share of decoding is told."""
    start = time.process_time()
    with Image.open(job["path"]) as image:
        rgb = np.asarray(image.convert("RGB"))
    decoded = time.process_time() - start
    if not detector.process(rgb).detections or not mesh.process(rgb).multi_face_landmarks:
        raise RuntimeError("it finds no face")
    selfie.process(rgb)
    return f"decode {decoded:.6f}"


answer(look)
