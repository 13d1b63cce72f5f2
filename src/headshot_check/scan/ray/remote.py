"""Photos and results at URLs that pyarrow or fsspec can open; photos are found by the rules of `scan.walk`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from headshot_check.errors import HeadshotCheckError, PhotoError
from headshot_check.file_names import natural
from headshot_check.scan.finished import ScanProblem
from headshot_check.scan.walk import HEAD_BYTES, HIDDEN_FOLDER, NOT_A_PICTURE, skip_reason, unlike_a_photo

_AT_ONCE: Final = 16
"""files read at the same time: each request to an object store takes some ten milliseconds"""


class RemoteError(HeadshotCheckError):
    """A URL cannot be opened, listed or written to."""

    code = "remote"


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder at a URL, with the `pyarrow.fs.FileSystem` that opens it."""

    url: str
    filesystem: Any
    path: str

    def __truediv__(self, name: str) -> Place:
        return Place(f"{self.url.rstrip('/')}/{name}", self.filesystem, f"{self.path.rstrip('/')}/{name}")


@dataclass(frozen=True, slots=True)
class RemotePhoto:
    """A file that is treated as a photo."""

    place: Place
    name: str
    """path below the folder that the user named"""
    size: int | None
    modified_ns: int | None


def local_path(source: str) -> str | None:
    """The local path of a source; None for a URL of another kind than file://.

    >>> local_path("photos/team"), local_path("file:///photos/the%20team"), local_path("s3://photos/team")
    ('photos/team', '/photos/the team', None)
    """
    scheme, mark, _ = source.partition("://")
    if not mark or not scheme.replace("+", "").isalnum():
        return source
    return url2pathname(urlsplit(source).path) if scheme == "file" else None


def open_place(url: str) -> Place:
    """The file or folder at a URL, which need not exist. Names in it are literal: %20 is not decoded to a space.

    Raises
    ------
    RemoteError
        Neither pyarrow nor fsspec opens such URLs here, or the server cannot be reached.
    """
    import pyarrow
    from pyarrow import fs

    scheme, _, rest = url.partition("://")
    rest, mark, options = rest.rpartition("?") if "=" in rest.rpartition("?")[2] and "?" in rest else (rest, "", "")
    host, _, below = rest.partition("/")
    clean = f"{scheme}://{rest}"
    try:
        # only the host goes through the URI parser, which would reject spaces and % in names
        filesystem, base = fs.FileSystem.from_uri(f"{scheme}://{host}{mark}{options}")
        return Place(clean, filesystem, f"{base.rstrip('/')}/{below}".rstrip("/") if below else base)
    except pyarrow.ArrowInvalid:
        pass  # not a scheme of pyarrow's own
    except OSError as error:
        raise RemoteError(f"{url}: {one_line(error)}") from error
    try:
        import fsspec
    except ModuleNotFoundError:
        raise RemoteError(f"{url}: such addresses need fsspec: pip install fsspec") from None
    try:
        own, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        raise RemoteError(f"{url}: {one_line(error)}") from error
    return Place(clean, fs.PyFileSystem(fs.FSSpecHandler(own)), path)


class RemoteWalk:
    """The photos below a URL, in the order of `scan.walk.Walk`, which also decides what is skipped.

    Raises
    ------
    PhotoError
        "not_found": nothing exists at the URL.
    RemoteError
        It cannot be listed.
    """

    def __init__(self, place: Place) -> None:
        self.skipped: Counter[str] = Counter()
        self.problems: list[ScanProblem] = []
        self._place = place
        self._named = _info(place)

    def __iter__(self) -> Iterator[RemotePhoto]:
        from pyarrow import fs

        if self._named.type == fs.FileType.File:
            yield self._photo(self._named, "", PurePosixPath(self._place.path).name)
            return
        try:
            below = self._place.filesystem.get_file_info(fs.FileSelector(self._place.path, recursive=True))
        except OSError as error:
            raise RemoteError(f"{self._place.url}: {one_line(error)}") from error
        start = len(self._place.path.rstrip("/")) + 1
        files, hidden_folders = [], set()
        for info in below:
            relative = info.path[start:]
            *folders, name = relative.split("/")
            hidden = next((place for place, part in enumerate(folders) if part.startswith(".")), None)
            if hidden is not None:
                hidden_folders.add("/".join(folders[: hidden + 1]))
            elif info.type == fs.FileType.Directory:
                if name.startswith("."):
                    hidden_folders.add(relative)
            elif name:  # some tools mark a folder by an empty object whose name ends in a slash
                files.append((_order(folders, name), relative, info))
        if hidden_folders:
            self.skipped[HIDDEN_FOLDER] += len(hidden_folders)
        files.sort(key=lambda one: one[0])
        with ThreadPoolExecutor(_AT_ONCE) as looking:
            for (_, relative, info), reason in zip(files, looking.map(self._reason, files), strict=True):
                if reason is None:
                    continue
                if reason:
                    self.skipped[reason] += 1
                else:
                    yield self._photo(info, relative, relative)

    def _photo(self, info: Any, below: str, name: str) -> RemotePhoto:
        place = self._place / below if below else self._place
        return RemotePhoto(place, name, info.size, info.mtime_ns)

    def _reason(self, one: tuple[Any, str, Any]) -> str | None:
        """Why a file is skipped; empty for a photo; None when it cannot be read, which becomes a problem."""
        _, relative, info = one
        reason = skip_reason(PurePosixPath(relative).name)
        if reason != NOT_A_PICTURE:
            return reason or ""
        try:
            with self._place.filesystem.open_input_file(info.path) as file:
                return unlike_a_photo(file.read(HEAD_BYTES))
        except OSError as error:
            told = f"it cannot be told whether this is a photo ({one_line(error)})"
            self.problems.append(ScanProblem((self._place / relative).url, told))
            return None


def read_photo(place: Place, name: str, max_bytes: int) -> bytes:
    """The bytes of a file, at most `max_bytes` + 1, so that the check sees when there are too many.

    Raises
    ------
    PhotoError
        The file does not exist, reading it is not permitted, or reading failed.
    """
    try:
        with place.filesystem.open_input_stream(place.path) as stream:
            data: bytes = stream.read(max_bytes + 1)
            return data
    except FileNotFoundError as error:
        raise PhotoError("not_found", name, "there is no such file") from error
    except PermissionError as error:
        raise PhotoError("permission_denied", name, "reading it is not permitted") from error
    except OSError as error:
        raise PhotoError("read_error", name, f"it cannot be read ({one_line(error)})") from error


def _info(place: Place) -> Any:
    from pyarrow import fs

    try:
        info = place.filesystem.get_file_info(place.path)
    except OSError as error:
        raise RemoteError(f"{place.url}: {one_line(error)}") from error
    if info.type == fs.FileType.NotFound:
        raise PhotoError("not_found", place.url, "there is no such folder or file")
    return info


def _order(folders: list[str], name: str) -> list[tuple[int, Any, str]]:
    """Sort key: in each folder the files first, then its folders, both in natural order."""
    return [*((1, natural(folder), folder) for folder in folders), (0, natural(name), name)]


def one_line(error: BaseException) -> str:
    """The message of an error, on one line and without a full stop."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
