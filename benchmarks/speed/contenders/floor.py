"""The floor: nothing but decoding, by each decoder that can be had, at the smallest scale that each offers.

Run with --list to name the decoders; the job says which one ("decoder") and at which scale ("step", 1, 2, 4 or 8).
"""

import io
import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from turns import answer

cv2.setNumThreads(1)
Image.MAX_IMAGE_PIXELS = None
_REDUCED = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    1: cv2.IMREAD_COLOR,
}


def pillow(data: bytes, step: int) -> np.ndarray:
    """Pillow's draft mode."""
    with Image.open(io.BytesIO(data)) as image:
        if step > 1:
            image.draft("RGB", (image.width // step, image.height // step))
        return np.asarray(image.convert("RGB"))


def opencv(data: bytes, step: int) -> np.ndarray:
    """cv2.imdecode's reduced modes."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[step] | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        raise RuntimeError("OpenCV cannot decode it")
    return pixels


DECODERS = {"Pillow": pillow, "OpenCV": opencv}
try:
    import simplejpeg
except ImportError:
    pass
else:

    def turbo(data: bytes, step: int) -> np.ndarray:
        """simplejpeg: libjpeg-turbo's own interface."""
        return simplejpeg.decode_jpeg(data, "RGB", fastdct=True, fastupsample=True, min_factor=step)

    DECODERS["simplejpeg"] = turbo
try:
    import pillow_heif
except ImportError:
    pass
else:

    def heif(data: bytes, step: int) -> np.ndarray:
        """pillow-heif: libheif, which has no smaller scales."""
        if step > 1:
            raise RuntimeError("HEIC has no smaller scales")
        return np.asarray(pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True))

    DECODERS["pillow-heif"] = heif


def decode(job: dict) -> str:
    """The file's pixels, reading included."""
    pixels = DECODERS[job["decoder"]](Path(job["path"]).read_bytes(), job["step"])
    return f"{pixels.shape[1]} x {pixels.shape[0]}"


if "--list" in sys.argv:
    print(*DECODERS, sep="\n")
else:
    answer(decode)
