"""The errors that headshot-check raises on purpose: one small family, each with a code that stays the same."""

from __future__ import annotations

_REMEDIES = {
    "not_found": "Check the path.",
    "is_directory": "Name a photo in it, or scan the whole folder.",
    "not_a_file": "Name a photo, or pipe it to standard input.",
    "permission_denied": "Make the file readable for the user who runs the check.",
    "read_error": "Copy the file to a local disk and try again.",
    "empty": "Export or download the photo again.",
    "not_an_image": "Give a photo: JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF or BMP.",
    "unsupported_format": "Export it as JPEG or PNG and check that.",
    "damaged": "Export or download the photo again.",
    "too_many_bytes": "Export it smaller; a program of your own can raise max_bytes of its PhotoLimits.",
    "too_many_pixels": "Export it smaller; a program of your own can raise the limits of its PhotoLimits.",
    "too_small": "Use the original photo, not a thumbnail of it.",
    "timed_out": "Export the photo again, or raise the time limit.",
    "worker_died": "Check it by itself; where memory is short, use fewer workers.",
    "out_of_memory": "Check a smaller copy of it, or use fewer workers.",
    "check_failed": "Export it as JPEG and check that, and please report the fault.",
    "bad_input": "Give a path, bytes, a binary file object, a Pillow image or an RGB uint8 array (H, W, 3).",
}

PHOTO_ERROR_CODES = tuple(_REMEDIES)
"""Every code that a `PhotoError` can carry; codes are added, never renamed."""


class HeadshotCheckError(Exception):
    """Base of every error raised on purpose. `code` is stable and meant for programs, `message` for people."""

    code: str = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class WeightsError(HeadshotCheckError):
    """The weights of a network are missing, altered or cannot be run."""

    code = "weights"


class PolicyError(HeadshotCheckError):
    """A policy is unknown, cannot be read or contradicts itself."""

    code = "policy"


class CheckError(HeadshotCheckError):
    """A check is not complete, or that of another package cannot be used."""

    code = "check"


class WorkerError(HeadshotCheckError):
    """No worker process starts, so no photo can be checked by one."""

    code = "worker_start"


class PhotoError(HeadshotCheckError):
    """A photo could not be read.

    Attributes
    ----------
    code
        One of `PHOTO_ERROR_CODES`.
    source
        What was asked for, as given: a path, or `<bytes>`, `<stream>`, `<image>` or `<array>`.
    cause
        What is wrong, without the name of the file and without a full stop.
    remedy
        What to do about it, a sentence; by default the one that fits the code.
    message
        The whole sentence: file, cause and remedy. It can always be encoded as UTF-8.

    >>> print(PhotoError("empty", "me.jpg", "the file is empty"))
    me.jpg: the file is empty. Export or download the photo again.
    """

    def __init__(self, code: str, source: str, cause: str, remedy: str | None = None) -> None:
        remedy = remedy if remedy is not None else _REMEDIES[code]
        name = source.encode("utf-8", "backslashreplace").decode("utf-8")
        super().__init__(f"{name if name.strip() else repr(name)}: {cause}. {remedy}", code=code)
        self.source = source
        self.cause = cause
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[PhotoError], tuple[str, str, str, str]]:
        # Exceptions pickle by their args, which here is the finished sentence; workers send errors back by pickle.
        return type(self), (self.code, self.source, self.cause, self.remedy)


def out_of_memory(source: str) -> PhotoError:
    """The error for a photo whose check needs more memory than there is."""
    return PhotoError("out_of_memory", source, "checking it needs more memory than there is")
