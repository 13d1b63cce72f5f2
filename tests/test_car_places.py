"""Places of the car cues: nothing on a face, no roof on a window, nothing where it cannot be; numbers follow places."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from headshot_check.measures.car_cues import car_cues
from headshot_check.measures.car_geometry import CueRegion, headrest_region, roof_region, wheel_region, window_region
from headshot_check.measures.car_strap import strap_region
from headshot_check.nets.car_evidence import CELLS, CUES, SIZE, CarEvidence

SIDE = 480
FACE = (165.0, 90.0, 315.0, 240.0)
"""Where a face lies in the window of a photo that the window just fills."""
REGIONS = {
    "headrest": headrest_region,
    "window": window_region,
    "roof": roof_region,
    "wheel": wheel_region,
}


def seen(frame: dict[str, tuple[float, ...]] | None = None, **shown: tuple[float, ...]) -> CarEvidence:
    """A window whose maps are 0.95 in boxes (x0, y0, x1, y1 in fractions); the frame's is twice as wide."""
    corners = np.array([(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)], np.float32)
    around = corners * 2 - SIDE / 2
    probabilities = dict.fromkeys(("probability", *CUES), 0.98)
    return CarEvidence(
        **probabilities,
        other_vehicle=0.0,
        maps=boxes(shown),
        window_points=corners,
        view="window",
        coverage=1.0,
        pixels=np.full((SIZE, SIZE, 3), 128, np.uint8),
        frame_maps=None if frame is None else boxes(frame),
        frame_points=None if frame is None else around,
    )


def boxes(shown: dict[str, tuple[float, ...]]) -> NDArray[np.float32]:
    maps = np.zeros((len(CUES), CELLS, CELLS), np.float32)
    for cue, box in shown.items():
        x0, y0, x1, y1 = (round(CELLS * v) for v in box)
        maps[CUES.index(cue), y0:y1, x0:x1] = 0.95
    return maps


def drawn(region: CueRegion | None) -> NDArray[np.bool_]:
    assert region is not None
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [np.round(region.polygon).astype(np.int32)], 1)
    return mask > 0


def face_oval() -> NDArray[np.bool_]:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    x0, y0, x1, y1 = FACE
    cv2.ellipse(mask, (((x0 + x1) / 2, (y0 + y1) / 2), (0.7 * (x1 - x0), y1 - y0), 0.0), 1, -1)
    return mask > 0


def cues_of(evidence: CarEvidence, faces: tuple[Any, ...] = ()) -> dict[str, Any]:
    scene = SimpleNamespace(car=evidence, width=SIDE, height=SIDE, search=SimpleNamespace(faces=faces))
    return {cue.name: cue for cue in car_cues(scene)}  # type: ignore[arg-type]


@pytest.mark.parametrize("bottom", [0.4, 0.5, 0.6])
@pytest.mark.parametrize("cue", ["headrest", "window", "roof"])
def test_no_outline_lies_on_a_face(cue: str, bottom: float) -> None:
    """Also where a shape goes all round the head."""
    evidence = seen(**{cue: (0.0, 0.0, 1.0, bottom)})
    outline, careless = drawn(REGIONS[cue](evidence, [FACE])), drawn(REGIONS[cue](evidence))
    assert (outline & face_oval()).sum() < 0.02 * face_oval().sum()
    assert outline.sum() > 0.2 * SIDE**2
    assert (careless & face_oval()).sum() > 0.5 * face_oval().sum()


@pytest.mark.parametrize("where", [(0.0, 0.0, 0.3, 0.4), (0.5, 0.1, 1.0, 0.3)])
def test_no_roof_lies_on_a_window(where: tuple[float, ...]) -> None:
    evidence = seen(roof=(0.0, 0.0, 1.0, 0.3), window=where)
    roof, window = drawn(roof_region(evidence)), drawn(window_region(evidence))
    assert (roof & window).sum() < 0.03 * roof.sum()


def test_a_roof_is_above_the_faces() -> None:
    assert roof_region(seen(roof=(0.0, 0.7, 1.0, 1.0)), [FACE]) is None


def test_a_roof_reaches_the_top_of_the_photo() -> None:
    assert roof_region(seen(roof=(0.0, 0.1, 1.0, 0.3))) is None
    assert roof_region(seen(roof=(0.0, 0.0, 1.0, 0.3))) is not None
    whole = {"roof": (0.0, 0.25, 1.0, 0.4)}  # the photo begins a quarter of the frame's square below its top
    assert roof_region(seen(frame=whole)) is not None
    assert roof_region(seen(frame={"roof": (0.0, 0.35, 1.0, 0.5)})) is None


@pytest.mark.parametrize("box", [(0.0, 0.2, 0.12, 0.5), (0.35, 0.7, 0.65, 0.9)])
def test_a_head_restraint_begins_beside_the_head(box: tuple[float, ...]) -> None:
    assert headrest_region(seen(headrest=box)) is None
    assert headrest_region(seen(headrest=(0.15, 0.2, 0.36, 0.5))) is not None
    assert headrest_region(seen(headrest=(0.0, 0.05, 0.24, 0.35))) is not None  # of a head that leans away from it


def test_where_no_head_is_known_no_head_restraint_is_outlined() -> None:
    evidence = seen(frame={"headrest": (0.3, 0.2, 0.4, 0.5)})
    assert headrest_region(evidence.of_frame()) is None


@pytest.mark.parametrize("cue", list(REGIONS))
def test_grains_of_a_map_are_not_outlined(cue: str) -> None:
    assert REGIONS[cue](seen(**{cue: (0.3, 0.2, 0.34, 0.24)})) is None


def test_windows_and_roofs_go_on_beyond_head_and_shoulders() -> None:
    pane = {"window": (0.0, 0.3, 0.6, 0.5), "roof": (0.0, 0.0, 1.0, 0.2)}
    evidence = seen(frame=pane, window=(0.0, 0.1, 0.7, 0.5))
    found = window_region(evidence)
    assert found is not None
    assert found.polygon[:, 0].min() < -0.4 * SIDE  # the frame's map, which shows more than the window's
    assert roof_region(evidence) is not None


def test_a_cue_without_a_place_counts_less_and_one_that_shows_nowhere_is_not_named() -> None:
    placed, grain = cues_of(seen(headrest=(0.15, 0.2, 0.36, 0.5))), cues_of(seen(headrest=(0.3, 0.2, 0.38, 0.28)))
    assert placed["headrest"].region is not None
    assert grain["headrest"].region is None
    assert 0.5 < grain["headrest"].probability < placed["headrest"].probability <= 0.95
    assert cues_of(seen()) == {}


def test_what_belongs_to_a_vehicle_is_no_more_probable_than_the_vehicle() -> None:
    shown = {"window": (0.6, 0.1, 1.0, 0.5), "headrest": (0.15, 0.2, 0.36, 0.5)}
    evidence = seen(**shown)
    changed = {name: getattr(evidence, name) for name in evidence.__slots__} | {"probability": 0.05}
    said = cues_of(CarEvidence(**changed))
    assert "car_window" not in said
    assert "headrest" in said  # an office chair's
    train = cues_of(CarEvidence(**(changed | {"other_vehicle": 0.9})))
    assert train["car_window"].probability == pytest.approx(0.9)


def test_outlines_end_with_the_photo() -> None:
    said = cues_of(seen(frame={"window": (0.0, 0.0, 0.6, 0.6)}, window=(0.0, 0.0, 0.3, 0.3)))
    points = np.array(said["car_window"].region.points)
    assert points.min() >= 0
    assert points.max() <= 1


def test_a_strap_has_edges() -> None:
    """The map alone is no strap: nothing is outlined on a card's plain border."""
    line = np.zeros((SIZE, SIZE), np.uint8)
    cv2.line(line, (150, 80), (70, 185), 1, 17)
    maps = np.zeros((len(CUES), CELLS, CELLS), np.float32)
    maps[CUES.index("belt")] = cv2.resize(line.astype(np.float32), (CELLS, CELLS), interpolation=cv2.INTER_AREA) * 0.9
    plain = seen()
    changed = {name: getattr(plain, name) for name in plain.__slots__} | {"maps": maps}
    assert strap_region(CarEvidence(**changed)) is None
    changed["pixels"] = np.where(line[..., None] > 0, 40, 170).astype(np.uint8).repeat(3, 2)
    assert strap_region(CarEvidence(**changed)) is not None
