"""TOML files are read as a parser reads them, parsed by the build or not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixture_photos import ROOT

from build_networks.parsed_toml import FILE_NAME, write
from headshot_check import toml_files
from headshot_check.toml_files import parsed

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = b'[one]\nname = "\xc3\xa9"\nlimits = [1, 2.5, true]\n'


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.toml").write_bytes(TEXT)
    write(tmp_path)
    monkeypatch.setattr(toml_files, "_PARSED", tmp_path / FILE_NAME)
    toml_files._by_sha256.cache_clear()
    yield tmp_path / FILE_NAME
    toml_files._by_sha256.cache_clear()


def test_what_the_build_parsed_needs_no_parser(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, tomllib.__name__, None)
    first = parsed(TEXT)
    assert first == {"one": {"name": "é", "limits": [1, 2.5, True]}}
    first["one"].clear()
    assert parsed(TEXT)["one"]
    with pytest.raises(ImportError):
        parsed(TEXT + b"\n")


def test_what_was_changed_since_is_parsed(built: Path) -> None:
    assert parsed(TEXT.replace(b"\n", b"\r\n")) == parsed(TEXT)
    assert parsed(b"one = 2") == {"one": 2}
    for bad in (b"one = ", b"one = '\xff'"):
        with pytest.raises(ValueError, match=r"Invalid value|can't decode"):
            parsed(bad)


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_without_the_builds_file_all_is_parsed(built: Path, damage: str) -> None:
    built.unlink() if damage == "gone" else built.write_bytes(built.read_bytes()[:-9])
    assert parsed(TEXT)["one"]["name"] == "é"


def test_the_packages_own_files_say_the_same(tmp_path: Path) -> None:
    package = ROOT / "src" / "headshot_check"
    texts = [path.read_bytes() for path in package.rglob("*.toml")]
    assert len(texts) >= 6
    for text in texts:
        assert parsed(text) == tomllib.loads(text.decode("utf-8")) == json.loads(json.dumps(parsed(text)))
