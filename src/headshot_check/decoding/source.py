"""Reads any kind of photo source: its name and its encoded bytes, up to the limit."""

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
    """Whether it is a Pillow image: nobody has one before Pillow is imported, 15 ms that a start with a JPEG saves."""
    kind = getattr(sys.modules.get("PIL.Image"), "Image", None)  # another thread may be importing it just now
    return kind is not None and isinstance(source, kind)


def is_one(sources: object) -> bool:
    """Whether it is a photo by itself, or a folder's name, and no list of photos."""
    if isinstance(sources, np.ndarray):
        return sources.ndim in (2, 3)
    one = isinstance(sources, (str, os.PathLike, bytes, bytearray, memoryview))
    return one or hasattr(sources, "read") or is_image(sources)


def read_source(source: Source, max_bytes: int) -> tuple[str, bytes]:
    """Name of the source and its encoded bytes; b"" for images and arrays, which have none.

    A path is named as given; the others "<bytes>", "<stream>", "<image>" and "<array>". A stream is read from where it
    stands, `max_bytes` + 1 bytes at most, and left open.

    Raises
    ------
    PhotoError
        Nothing there, nothing that may be read, nothing in it, too much of it, or the wrong type.
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
    if not name:  # of which Path makes the current folder
        raise missing(name)
    try:
        facts = Path(name).stat()  # opening a FIFO would wait for a writer, so ask first
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
    except ValueError as error:  # a zero character in the path
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
    """Everything up to `max_bytes` + 1 bytes; raw streams give less than asked for, so it asks until they end.

    It asks for little more than is `expected`: an unbuffered file sets aside what it is asked for.
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
