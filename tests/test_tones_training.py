"""The network of tones as training fits it: its answers, its curves, and the graph that is written of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("flatbuffers")
import torch
from ai_edge_litert.interpreter import Interpreter

from training.tones.cache import people
from training.tones.fit import COUNT, MADE, Photos, TonesNet, asked, export, random_curve, scaled, wanted


def some_photos(count: int = 12) -> Photos:
    rng = np.random.default_rng(1)
    told = np.tile(np.append(0, np.linspace(-1.5, 1.5, MADE)), (count, 1)).astype(np.float32)
    features = rng.normal(0.4, 0.1, (count, 1 + MADE, COUNT)).astype(np.float32)
    features[..., 0] += 0.2 * told
    tones = np.resize(["light", "medium", "dark", "grey"], count)
    ids = np.array([f"p{k}" for k in range(count)])
    return Photos(ids, tones, np.arange(count), features, told, features[:, :8])


def test_the_graph_says_what_the_nets_say_on_average(tmp_path: Path) -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(2)
    mean, deviation = (torch.from_numpy(rng.uniform(*of, COUNT).astype(np.float32)) for of in ((0, 1), (0.05, 0.4)))
    nets = [TonesNet(mean, deviation).eval() for _ in range(3)]
    export(nets, tmp_path / "tones.tflite")
    graph = Interpreter(str(tmp_path / "tones.tflite"), num_threads=1)
    graph.allocate_tensors()
    for _ in range(5):
        numbers = rng.uniform(-0.5, 1.5, COUNT).astype(np.float32)  # some beyond 3 deviations
        graph.set_tensor(graph.get_input_details()[0]["index"], numbers.reshape(1, 1, 1, -1))
        graph.invoke()
        said = graph.get_tensor(graph.get_output_details()[0]["index"]).ravel()
        assert said == pytest.approx(asked(nets, numbers), abs=0.01)


def test_answers_are_doublings_after_scaling() -> None:
    torch.manual_seed(1)
    photos, taken = some_photos(200), np.ones(200, bool)
    net = TonesNet(torch.full((COUNT,), 0.4), torch.full((COUNT,), 0.1)).eval()
    with torch.no_grad():  # hears the first number alone: below its mean into white, above it into black
        for layer in net.layers:
            layer.weight.zero_()
            layer.bias.zero_()
        net.layers[0].weight[:2, 0] = torch.tensor((-1.0, 1.0))
        net.layers[0].bias[:2] = 4.0
        net.layers[1].weight[:2, :2] = torch.eye(2)
        net.layers[2].weight[:, :2] = 3 * torch.eye(2)
    (net,) = scaled([net], photos, taken)
    said = asked([net], photos.features)
    for k, side in enumerate((-1, 1)):
        assert np.median(said[:, 0, k]) == pytest.approx(0, abs=1e-4)
        assert np.median(said[..., k][np.abs(photos.told * side - 1) < 0.15]) == pytest.approx(1, abs=1e-4)


def test_what_was_seen_counts_and_what_is_doubtful_does_not() -> None:
    photos = some_photos()
    seen = {("p0", "dark"): "yes", ("p1", "dark"): "doubtful", ("p2", "dark"): "no", ("p3", "bleached"): "yes"}
    yes, weight = (of.numpy() for of in wanted(photos, seen, "dark"))
    assert yes[:, 0].tolist() == [1.0] + 11 * [0.0]
    assert np.array_equal(yes[5, 1:] > 0, photos.told[5, 1:] > 0.75)
    assert weight[1, 0] == 0
    assert weight[2, 0] == pytest.approx(2 * weight[6, 0])  # of the same tone, not looked at
    mild = (photos.told[0] > 0.35) & (photos.told[0] <= 0.75)
    assert mild.any()
    assert not weight[:, 1:][:, mild[1:]].any()
    below = np.append(False, photos.told[0, 1:] < 0.35)
    assert not weight[0][below].any()  # dark by itself: a curve that bleaches it does not make it bright
    assert weight[5][below].all()
    assert weight.mean() == pytest.approx(1)


def test_curves_count_for_the_side_to_which_they_move_codes() -> None:
    rng, codes = np.random.default_rng(3), np.full((1, 1, 3), 0.5, np.float32)
    moved = [
        (float(np.clip(curve(codes), 0, 1).mean()) - 0.5, told)
        for curve, told in (random_curve(rng) for _ in range(300))
    ]
    sure = [(step, told) for step, told in moved if abs(told) > 0.75]
    assert {told > 0 for _, told in sure} == {True, False}
    assert all((step < 0) == (told > 0) for step, told in sure)


def test_people_are_joined_by_group_and_by_faces_alike() -> None:
    rng = np.random.default_rng(4)
    crops = rng.integers(0, 256, (6, 128, 128, 3), np.uint8)
    crops[3] = crops[1]
    person = people(crops, ["a", "", "a", "", "b", "a"])
    assert person[0] == person[2] == person[5]
    assert person[1] == person[3]
    assert len(set(person.tolist())) == 3
