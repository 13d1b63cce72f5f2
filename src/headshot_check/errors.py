"""The errors that headshot-check raises on purpose: one small family, each with a code that stays the same."""

from __future__ import annotations

PHOTO_ERROR_CODES = (
    "not_found",
    "is_directory",
    "not_a_file",
    "permission_denied",
    "read_error",
    "empty",
    "not_an_image",
    "unsupported_format",
    "damaged",
    "too_many_bytes",
    "too_many_pixels",
    "too_small",
    "bad_input",
)
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


class PhotoError(HeadshotCheckError):
    """A photo could not be read.

    Attributes:
        code: one of `PHOTO_ERROR_CODES`.
        source: what was asked for, as given: a path, or "<bytes>", "<stream>", "<image>", "<array>".
        cause: what is wrong, without the name of the file and without a full stop.
        remedy: what to do about it, a sentence.
        message: the whole sentence: file, cause and remedy. It can always be encoded as UTF-8.

    >>> print(PhotoError("empty", "me.jpg", "the file is empty", "Export or download the photo again."))
    me.jpg: the file is empty. Export or download the photo again.
    """

    def __init__(self, code: str, source: str, cause: str, remedy: str) -> None:
        name = source.encode("utf-8", "backslashreplace").decode("utf-8")
        super().__init__(f"{name}: {cause}. {remedy}", code=code)
        self.source = source
        self.cause = cause
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[PhotoError], tuple[str, str, str, str]]:
        # Exceptions pickle by their args, which here is the finished sentence; workers send errors back by pickle.
        return type(self), (self.code, self.source, self.cause, self.remedy)
