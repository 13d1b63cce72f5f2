"""Writes a Windows shortcut, according to the published specification [MS-SHLLINK].

Windows can create shortcuts through COM only, whose scripting object does not support names outside the system's code
page.
"""

from __future__ import annotations

import struct
from pathlib import PureWindowsPath
from typing import Final
from uuid import UUID

_LINK: Final = UUID("00021401-0000-0000-C000-000000000046")
_MY_COMPUTER: Final = UUID("20D04FE0-3AEA-1069-A2D8-08002B30309D")
# LinkFlags, section 2.1.1
_ID_LIST, _LINK_INFO, _NAME, _FOLDER, _ARGUMENTS, _ICON, _UNICODE, _EXPAND, _PREFER_EXPAND = (
    1 << bit for bit in (0, 1, 2, 4, 5, 6, 7, 9, 25)
)
_DIRECTORY, _ARCHIVE = 0x10, 0x20
_MAX_PATH: Final = 260


def shell_link(target: PureWindowsPath, arguments: str, *, icon: PureWindowsPath, comment: str) -> bytes:
    """A shortcut that starts `target` in its own folder with `arguments` and the dropped paths.

    Raises
    ------
    ValueError
        `target` is not on a drive with a letter.
    """
    if len(target.drive) != 2 or not target.root:
        raise ValueError(f"{target}: a shortcut needs an absolute path on a drive")
    path = str(target)
    flags = _ID_LIST | _LINK_INFO | _NAME | _FOLDER | _ARGUMENTS | _ICON | _UNICODE
    # a path with % in it would have "variables" replaced; the other two places that name the target are literal
    expandable = "%" not in path and len(path) < _MAX_PATH
    if expandable:
        flags |= _EXPAND | _PREFER_EXPAND
    header = struct.pack("<I16sII24xIIIHHII", 0x4C, _LINK.bytes_le, flags, _ARCHIVE, 0, 0, 1, 0, 0, 0, 0)
    strings = b"".join(_string(text) for text in (comment, str(target.parent), arguments, str(icon)))
    extra = _expandable(path) if expandable else b""
    return header + _id_list(target) + _link_info(path) + strings + extra + struct.pack("<I", 0)


def _string(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<H", len(data) // 2) + data


def _ansi(text: str) -> bytes:
    return text.encode("cp1252", "replace") + b"\0"


def _id_list(target: PureWindowsPath) -> bytes:
    """Item list (section 2.2): the path from "This PC" to the file, as shell items."""
    items = [b"\x1f\x50" + _MY_COMPUTER.bytes_le, b"\x2f" + target.drive.encode() + b"\\" + b"\0" * 19]
    names = target.parts[1:]
    items += [_file_item(name, folder=place < len(names) - 1) for place, name in enumerate(names)]
    body = b"".join(struct.pack("<H", len(item) + 2) + item for item in items) + b"\0\0"
    return struct.pack("<H", len(body)) + body


def _file_item(name: str, *, folder: bool) -> bytes:
    short = _ansi(name)
    short += b"\0" * (len(short) % 2)
    head = struct.pack("<BBIIH", 0x31 if folder else 0x32, 0, 0, 0, _DIRECTORY if folder else _ARCHIVE) + short
    long = name.encode("utf-16-le") + b"\0\0"
    # extension block 0xBEEF0004, version 3 (Windows XP and later): the name in Unicode
    size = 20 + len(long) + 2
    block = struct.pack("<HHIIIHH", size, 3, 0xBEEF0004, 0, 0, 0x14, 0) + long
    return head + block + struct.pack("<H", len(head) + 2)


def _link_info(path: str) -> bytes:
    """Section 2.3: the path on a fixed drive, in the code page and in Unicode."""
    volume = struct.pack("<IIII", 0x11, 3, 0, 0x10) + b"\0"
    head = 0x24
    ansi, wide = _ansi(path), path.encode("utf-16-le") + b"\0\0"
    base = head + len(volume)
    suffix = base + len(ansi)
    base_wide = suffix + 1
    suffix_wide = base_wide + len(wide)
    size = suffix_wide + 2
    offsets = struct.pack("<IIIIIIIII", size, head, 1, head, base, 0, suffix, base_wide, suffix_wide)
    return offsets + volume + ansi + b"\0" + wide + b"\0\0"


def _expandable(path: str) -> bytes:
    """Section 2.5.4: the path as a string with environment variables, which the shell prefers to the others."""
    ansi, wide = _ansi(path)[:-1], path.encode("utf-16-le")
    return struct.pack("<II", 0x314, 0xA0000001) + ansi.ljust(_MAX_PATH, b"\0") + wide.ljust(2 * _MAX_PATH, b"\0")
