"""Reads any kind of photo source into memory: its name and its encoded bytes, up to the limit."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from headshot_check.errors import PhotoError
from headshot_check.file_names import missing

if TYPE_CHECKING:
    from PIL import Image

Source: TypeAlias = (
    "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Image.Image | NDArray[np.uint8]"
)
"""Path, encoded bytes, binary file object, Pillow image, or RGB uint8 array (H, W, 3)."""

_CHUNK = 1 << 22


def is_image(source: object) -> TypeGuard[Image.Image]:
    """Whether it is a Pillow image, without importing Pillow: that saves 15 ms for a process that reads JPEG only."""
    kind = getattr(sys.modules.get("PIL.Image"), "Image", None)  # missing while another thread imports Pillow
    return kind is not None and isinstance(source, kind)


def is_one(sources: object) -> bool:
    """Whether it is a single source (or the path of a folder) rather than a sequence of sources."""
    if isinstance(sources, np.ndarray):
        return sources.ndim in (2, 3)
    one = isinstance(sources, (str, os.PathLike, bytes, bytearray, memoryview))
    return one or hasattr(sources, "read") or is_image(sources)


def read_source(source: Source, max_bytes: int) -> tuple[str, bytes]:
    """Name of a source and its encoded bytes, b"" for images and arrays.

    The name of a path is the path as given; the others are "<bytes>", "<stream>", "<image>" and "<array>". A stream is
    read from its current position, at most `max_bytes` + 1 bytes, and left open.

    Raises
    ------
    PhotoError
        The file does not exist, cannot be read, is empty or has more than `max_bytes` bytes; or the type is wrong.
    """
    if is_image(source):
        return "<image>", b""
    if isinstance(source, np.ndarray):
        return "<array>", b""
    if isinstance(source, (bytes, bytearray, memoryview)):
        name, data = "<bytes>", bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        name = os.fsdecode(source)
        data = _read_path(name, max_bytes)
    elif hasattr(source, "read"):
        name, data = "<stream>", _read_stream(source, max_bytes)
    else:
        raise PhotoError("bad_input", f"<{type(source).__name__}>", "a photo cannot be read from this")
    if len(data) > max_bytes:
        raise _too_many_bytes(name, max_bytes)
    if not data:
        raise PhotoError("empty", name, "the file is empty (0 bytes)")
    return name, data


def _read_path(name: str, max_bytes: int) -> bytes:
    if not name:  # Path("") is the current folder
        raise missing(name)
    try:
        facts = Path(name).stat()  # before opening: that would block on a FIFO without a writer
        if stat.S_ISDIR(facts.st_mode):
            raise PhotoError("is_directory", name, "this is a folder")
        if not stat.S_ISREG(facts.st_mode):
            raise PhotoError("not_a_file", name, "this is a device or a pipe, not a file")
        if facts.st_size > max_bytes:
            raise _too_many_bytes(name, max_bytes)
        with Path(name).open("rb", buffering=0) as file:
            return _read_all(file, max_bytes, facts.st_size)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise missing(name) from error
    except PermissionError as error:
        raise PhotoError("permission_denied", name, "reading it is not permitted") from error
    except OSError as error:
        raise PhotoError("read_error", name, f"it cannot be read ({error.strerror or error})") from error
    except ValueError as error:  # a null character in the path
        raise PhotoError("bad_input", name, "this is not a valid file name") from error


def _read_stream(stream: Any, max_bytes: int) -> bytes:
    try:
        return _read_all(stream, max_bytes)
    except TypeError as error:
        raise PhotoError(
            "bad_input", "<stream>", "the stream does not return bytes", "Open the file in mode 'rb'."
        ) from error
    except ValueError as error:
        raise PhotoError(
            "bad_input", "<stream>", f"the stream cannot be read ({error})", "Give an open stream."
        ) from error
    except OSError as error:
        raise PhotoError("read_error", "<stream>", f"it cannot be read ({error.strerror or error})") from error


def _read_all(file: Any, max_bytes: int, expected: int = 0) -> bytes:
    """Read to the end of a file, at most `max_bytes` + 1 bytes. Raw streams may return less than requested at a time.

    Requests are little larger than the `expected` size, because an unbuffered file allocates what is requested.
    """
    parts: list[bytes] = []
    left = max_bytes + 1
    while left > 0:
        part = file.read(min(left, max(expected + 1, _CHUNK)))
        if part is None:
            raise OSError("a non-blocking stream returned no data")
        if not isinstance(part, (bytes, bytearray, memoryview)):
            raise TypeError(type(part).__name__)
        if not part:
            break
        parts.append(bytes(part))
        left -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_many_bytes(name: str, max_bytes: int) -> PhotoError:
    return PhotoError("too_many_bytes", name, f"it has more than {max_bytes:,} bytes, the limit")
