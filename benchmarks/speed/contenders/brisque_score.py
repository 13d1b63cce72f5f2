"""brisque: one quality score without a face, its model comes with the package."""

import numpy as np
from brisque import BRISQUE
from PIL import Image
from turns import answer

judge = BRISQUE(url=False)


def score(job: dict) -> str:
    """The score of the file."""
    with Image.open(job["path"]) as image:
        return f"{float(judge.score(np.asarray(image.convert('RGB')))):.1f}"


answer(score)
