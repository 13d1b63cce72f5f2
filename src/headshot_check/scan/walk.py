"""Finds the photos in folders, in a stable order, and counts the files that it skips."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headshot_check.decoding.sniff import DecodeError, sniff
from headshot_check.errors import PhotoError
from headshot_check.file_names import SUFFIXES, missing, natural
from headshot_check.scan.finished import ScanProblem
from headshot_check.text import encodable

HIDDEN_FILE: Final = "hidden file"
HIDDEN_FOLDER: Final = "hidden folder"
NOT_A_PICTURE: Final = "not a picture"
OTHER_FORMAT: Final = "format that is not read"
NOT_A_FILE: Final = "device or pipe"
SEEN_FOLDER: Final = "folder that was already looked into"
OWN_OUTPUT: Final = "folder of the report"

RAW_SUFFIXES: Final = frozenset({".3fr", ".arw", ".dng", ".iiq", ".nef", ".nrw", ".pef", ".sr2", ".srf", ".srw"})
"""Camera raw files that begin like a TIFF, with a thumbnail in the place of the picture."""

HEAD_BYTES = 1024
"""bytes from the start of a file that `sniff` needs"""
_BMP_HEADERS: Final = {12, 16, 40, 52, 56, 64, 108, 124}
"""sizes of the second header of a BMP; its first two letters alone are also found in texts"""


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """A file that is treated as a photo."""

    path: str
    """absolute; bytes that are not valid text are surrogates in it"""
    name: str
    """as `Row.name`"""
    source: str
    """the path as the user would type it; can be encoded as UTF-8"""
    size: int | None = None
    """bytes; None if it could not be examined, or is not a regular file"""
    modified_ns: int | None = None
    inode: int = 0


class Walk:
    """The photos in folders, found during the iteration, which is possible once.

    A file is a photo if its name has the suffix of one, or if its content begins like one. Hidden files and folders are
    skipped, and so is a folder that was already searched under another path, which ends loops of links. A file that the
    user names is always included.

    Parameters
    ----------
    places
        Folders, or files.
    exclude
        Folders to skip, and files to leave out without counting them as skipped.

    Raises
    ------
    PhotoError
        One of the places does not exist ("not_found") or cannot be accessed.
    """

    def __init__(self, places: Sequence[str | Path], *, exclude: Sequence[str | Path] = ()) -> None:
        self.skipped: Counter[str] = Counter()
        """number of skipped files and folders so far, by reason"""
        self.problems: list[ScanProblem] = []
        """folders and files that could not be read"""
        for root in map(str, places):
            _check_place(root)
        once: dict[str, str] = {}
        for root in map(str, places):
            once.setdefault(_absolute(root), root)
        self._roots = list(once.values())
        self.roots = tuple(once)
        """the absolute paths of the places, without duplicates"""
        self._excluded = {known for place in exclude if (known := _identity(str(place))) is not None}
        self._left_out = {_absolute(str(place)) for place in exclude}
        self._seen: set[tuple[int, int] | str] = set()
        self._named = {_absolute(root) for root in self._roots if not _is_folder(_stat(root))}

    def __iter__(self) -> Iterator[FoundPhoto]:
        for root, label in zip(self._roots, self._labels(), strict=True):
            top = _absolute(root)
            if top in self._named:
                if top not in self._left_out:
                    yield _found(top, label or Path(top).name, root, _stat(top))
            else:
                yield from self._below(top, root, f"{label}/" if label else "")

    def _labels(self) -> list[str]:
        """The prefix of the names below each root: none for a single root, else its own name, or the typed path if
        several roots have the same name."""
        if len(self._roots) == 1:
            return [""]
        own = [Path(_absolute(root)).name or root for root in self._roots]
        return [
            label if own.count(label) == 1 else root.replace(os.sep, "/").rstrip("/") or root
            for label, root in zip(own, self._roots, strict=True)
        ]

    def _below(self, top: str, typed: str, label: str) -> Iterator[FoundPhoto]:
        folders = [(top, typed, label)]
        while folders:
            path, source, name = folders.pop()
            if self._is_skipped(path, named=path == top):
                continue
            try:
                with os.scandir(path) as listed:
                    entries = sorted(listed, key=lambda entry: (natural(entry.name), entry.name))
            except OSError as error:
                reason = "reading it is not permitted" if isinstance(error, PermissionError) else _words(error)
                self.problems.append(ScanProblem(encodable(source), f"this folder cannot be read ({reason})"))
                continue
            inner = []
            for entry in entries:
                facts = _stat(entry.path)
                if _is_folder(facts):
                    if self._is_hidden(entry, facts, HIDDEN_FOLDER):
                        continue
                    inner.append((entry.path, _inside(source, entry.name), f"{name}{entry.name}/"))
                elif entry.path in self._named or entry.path in self._left_out:
                    continue
                elif self._is_photo(entry, facts, source):
                    yield _found(entry.path, name + entry.name, _inside(source, entry.name), facts)
            folders += reversed(inner)

    def _is_skipped(self, path: str, *, named: bool) -> bool:
        """Whether a folder is skipped, which is counted; `named`: the user named it."""
        known = _identity(path)
        if known is None:
            return False
        own = known in self._excluded and not named  # reports may be written beside the photos
        reason = OWN_OUTPUT if own else SEEN_FOLDER if known in self._seen else ""
        self._seen.add(known)
        if reason:
            self.skipped[reason] += 1
        return bool(reason)

    def _is_hidden(self, entry: os.DirEntry[str], facts: os.stat_result | None, reason: str) -> bool:
        attributes = getattr(facts, "st_file_attributes", 0)  # Windows
        hidden = entry.name.startswith(".") or bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)
        if hidden:
            self.skipped[reason] += 1
        return hidden

    def _is_photo(self, entry: os.DirEntry[str], facts: os.stat_result | None, source: str) -> bool:
        if self._is_hidden(entry, facts, HIDDEN_FILE):
            return False
        reason: str | None = skip_reason(entry.name) or ""
        if facts is not None and not stat.S_ISREG(facts.st_mode):
            reason = NOT_A_FILE
        elif reason == NOT_A_PICTURE:
            reason = self._by_content(entry, source)
        if reason:
            self.skipped[reason] += 1
        return reason == ""

    def _by_content(self, entry: os.DirEntry[str], source: str) -> str | None:
        """Why a file without the suffix of a photo is skipped; empty for a photo; None if it cannot be read."""
        try:
            with Path(entry.path).open("rb", buffering=0) as file:
                return unlike_a_photo(file.read(HEAD_BYTES))
        except OSError as error:
            if isinstance(error, FileNotFoundError) and entry.is_file(follow_symlinks=False):
                return None  # deleted since the folder was listed, as temporary files are; not a broken link
            place = encodable(_inside(source, entry.name))
            self.problems.append(ScanProblem(place, f"it cannot be told whether this is a photo ({_words(error)})"))
            return None


def skip_reason(name: str) -> str | None:
    """Why a file with this name is skipped, without looking at its content; None for the name of a photo.

    >>> skip_reason("me.JPG"), skip_reason(".me.jpg"), skip_reason("me.nef"), skip_reason("me.txt")
    (None, 'hidden file', 'format that is not read', 'not a picture')
    """
    suffix = Path(name).suffix.lower()
    if name.startswith("."):
        return HIDDEN_FILE
    if suffix in SUFFIXES:
        return None
    return OTHER_FORMAT if suffix in RAW_SUFFIXES else NOT_A_PICTURE


def unlike_a_photo(head: bytes) -> str:
    """Why a file without the suffix of a photo is not one, by its first bytes; empty if it may be one."""
    try:
        kind = sniff(head)
    except DecodeError as error:
        return OTHER_FORMAT if error.code == "unsupported_format" else NOT_A_PICTURE
    if kind == "BMP" and int.from_bytes(head[14:18], "little") not in _BMP_HEADERS:
        return NOT_A_PICTURE
    return ""


def _check_place(root: str) -> None:
    """Raise PhotoError where the path does not exist or cannot be accessed."""
    try:
        os.lstat(root)
        _absolute(root)  # fails if the working directory was deleted
    except (FileNotFoundError, NotADirectoryError) as error:
        raise missing(root, "folder or file") from error
    except PermissionError as error:
        remedy = "Allow the user who runs the check to look into the folders above it."
        raise PhotoError("permission_denied", root, "access to it is not permitted", remedy) from error
    except OSError as error:
        remedy = "Check the name, or move it to a place with a shorter one."
        raise PhotoError("read_error", root, f"it cannot be accessed ({_words(error)})", remedy) from error
    except ValueError as error:  # a zero character
        raise PhotoError("bad_input", root, "this is not a valid file name") from error


def _found(path: str, name: str, source: str, facts: os.stat_result | None) -> FoundPhoto:
    spelt, typed = encodable(name.replace(os.sep, "/")), encodable(source)
    if facts is None or not stat.S_ISREG(facts.st_mode):
        return FoundPhoto(path, spelt, typed)
    return FoundPhoto(path, spelt, typed, facts.st_size, facts.st_mtime_ns, facts.st_ino)


def _stat(path: str) -> os.stat_result | None:
    """`os.stat` of a path, following links; None if that fails: a broken link, a deleted file, no permission."""
    try:
        return os.stat(path)  # noqa: PTH116 (a Path for each of 10,000 files costs more than the call)
    except (OSError, ValueError):
        return None


def _is_folder(facts: os.stat_result | None) -> bool:
    return facts is not None and stat.S_ISDIR(facts.st_mode)


def _absolute(root: str) -> str:
    """The absolute path with links resolved; of a file only the links on the way to it."""
    if _is_folder(_stat(root)):
        return str(Path(root).resolve())
    return str(Path(root).parent.resolve() / Path(root).name)


def _inside(folder: str, name: str) -> str:
    return folder + name if folder.endswith(("/", os.sep)) else folder + os.sep + name


def _identity(folder: str) -> tuple[int, int] | str | None:
    """What is the same for all paths that lead to a folder; None if it cannot be accessed."""
    facts = _stat(folder)
    if facts is None:
        return None
    # some network file systems give all folders the number 0
    return (facts.st_dev, facts.st_ino) if facts.st_ino else os.path.realpath(folder)


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
