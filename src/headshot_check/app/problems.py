"""Errors as problem documents (RFC 9457): a stable code, the cause, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from headshot_check.errors import HeadshotCheckError
from headshot_check.text import to_json

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """What all problems of one code share."""

    status: int
    title: str
    remedy: str


_ADDRESS: Final = "Use the address that headshot-check app printed."

KINDS: Final[dict[str, Kind]] = {
    "bad_json": Kind(400, "Not JSON", "Send a JSON document in UTF-8."),
    "bad_multipart": Kind(400, "Malformed multipart body", "Send multipart/form-data with parts named photo."),
    "unauthorized": Kind(401, "The secret is missing or wrong", _ADDRESS),
    "foreign_origin": Kind(403, "Another site's request", _ADDRESS),
    "not_found": Kind(404, "Not found", "See /api/openapi.json for what there is."),
    "method_not_allowed": Kind(405, "Method not allowed", "See /api/openapi.json for the methods."),
    "too_slow": Kind(408, "The upload is too slow", "Send it again in one go."),
    "too_large": Kind(413, "Too large", "Send less at once, or export the photo smaller."),
    "too_many_parts": Kind(413, "Too many parts", "Send the photos in several requests."),
    "unsupported_encoding": Kind(415, "Encoded body", "Send the body as it is, without Content-Encoding."),
    "bad_host": Kind(421, "Unknown host", _ADDRESS),
    "bad_parameter": Kind(422, "Bad parameter", "See /api/openapi.json for the parameters."),
    "not_results": Kind(422, "Not what this server gave out", "Send reports as /api/check returned them."),
    "nothing_to_crop": Kind(422, "Nothing to crop", "Choose a photo with a face that can be seen."),
    "unknown_policy": Kind(422, "Unknown policy", "See /api/policies for the names."),
    "unknown_target": Kind(422, "Unknown crop target", "See /api/policies for the names."),
    "unreadable": Kind(422, "The photo cannot be read", "Export or download the photo again."),
    "internal": Kind(500, "Fault of the server", "Try again, and report it with what the terminal shows."),
    "busy": Kind(503, "Too much at once", "Try again in a moment."),
    "closing": Kind(503, "The server is closing", "Start headshot-check app again."),
}
"""Every code that a problem can have; codes are added, never renamed."""

_OF_STATUS = {400: "bad_parameter", 404: "not_found", 405: "method_not_allowed"}


class HttpProblem(HTTPException):
    """A request that failed or was refused.

    Parameters
    ----------
    code
        One of `KINDS`.
    detail
        The cause, a sentence without a full stop.
    remedy
        What to do about it; default: the code's.
    headers
        That the answer carries besides.
    """

    def __init__(
        self, code: str, detail: str, *, remedy: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        kind = KINDS[code]
        super().__init__(kind.status, detail, headers)
        self.code = code
        self.remedy = kind.remedy if remedy is None else remedy

    def to_dict(self) -> dict[str, Any]:
        """The problem document."""
        return {
            "type": f"urn:headshot-check:problem:{self.code}",
            "title": KINDS[self.code].title,
            "status": self.status_code,
            "code": self.code,
            "detail": self.detail,
            "remedy": self.remedy,
        }

    def response(self) -> Response:
        """The problem document as a response."""
        text = to_json(self.to_dict(), ensure_ascii=False).encode("utf-8", "replace")
        return Response(text, self.status_code, self.headers, MEDIA_TYPE)


def internal(error: Exception) -> HttpProblem:
    """An error of the installation or the system in its own words (a network's file is damaged, workers do not start);
    of any other error only that there was one."""
    if isinstance(error, HeadshotCheckError):
        return HttpProblem("internal", error.message, remedy="Fix what the terminal reports, and start again.")
    return HttpProblem("internal", "an error that was not foreseen")


def as_problem(error: HTTPException) -> HttpProblem:
    """An exception of the framework (no such route, wrong method) as a problem."""
    if isinstance(error, HttpProblem):
        return error
    code = _OF_STATUS.get(error.status_code, "bad_parameter")
    return HttpProblem(code, str(error.detail), headers=error.headers)
