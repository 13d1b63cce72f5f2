"""POST /api/rank and /api/export: reports of this server come back, to be ranked or exported as a file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headshot_check.advice.ranking import rank_reports
from headshot_check.app.openapi import DIGEST, EXPORT, JPEG_URL, PHASH, RANK
from headshot_check.app.problems import HttpProblem
from headshot_check.app.routes.checking import LARGEST_PREVIEW_PX, LONGEST_NAME, PolicyName
from headshot_check.app.server_state import ServerState, policy_among
from headshot_check.app.uploads import body
from headshot_check.policy import Policy
from headshot_check.report import Report
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.groups import finished_scan
from headshot_check.scan.row import Row
from headshot_check.workers.jobs import Call

router = APIRouter()


class FileFormat(str, Enum):
    """What a report's file is."""

    html = "html"
    csv = "csv"
    jsonl = "jsonl"


_MEDIA_TYPES = {FileFormat.html: "text/html", FileFormat.csv: "text/csv", FileFormat.jsonl: "application/x-ndjson"}


@dataclass(frozen=True, slots=True)
class GivenReport(Report):
    """A report as it comes back: its schema version is read, and everything has the type that it should."""

    schema_version: Literal["1.0"] = field(kw_only=True)


class _Given(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class ToRank(_Given):
    """The body of a request to rank."""

    reports: list[GivenReport]


class GivenResult(_Given):
    """One photo's result as it comes back."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    report: GivenReport
    preview: Annotated[str, Field(pattern=JPEG_URL)] | None = None
    phash: Annotated[str, Field(pattern=PHASH)] | None = None
    digest: Annotated[str, Field(pattern=DIGEST)] | None = None


class ToExport(_Given):
    """The body of a request to export."""

    results: list[GivenResult]
    policy: str | None = None


M = TypeVar("M", ToRank, ToExport)
T = TypeVar("T")


@router.post("/rank", **RANK)
async def rank(request: Request, policy: PolicyName = None) -> Response:
    """Put shots of one person in order, the best first, each of the others with the reason why it lost."""
    server: ServerState = request.app.state.server
    rules = server.policy_named(policy)
    with server.documents.slot():
        text = await body(request, at_most=server.limits.document_bytes)
        call = Call(ranked, (text, rules, server.limits.results), "ranking")
        return JSONResponse(_accepted(await server.document(call, len(text), request)))


@router.post("/export", response_class=Response, **EXPORT)
async def export(
    request: Request, format: Annotated[FileFormat, Query(description="Of the file.")] = FileFormat.html
) -> Response:
    """Make the file that `scan` writes for a folder, of results that `/api/check` returned."""
    server: ServerState = request.app.state.server
    with server.documents.slot():
        text = await body(request, at_most=server.limits.document_bytes)
        call = Call(exported, (text, format, server.policies, server.policy, server.limits.results), "export")
        file = _accepted(await server.document(call, len(text), request))
    disposition = f'attachment; filename="headshot-check.{format.value}"'
    return Response(file, media_type=_MEDIA_TYPES[format], headers={"content-disposition": disposition})


def _accepted(answer: T | HttpProblem) -> T:
    if isinstance(answer, HttpProblem):
        raise answer
    return answer


def _read(text: bytes, kind: type[M]) -> M:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise HttpProblem("bad_json", f"the body is not JSON ({first['msg']})") from None
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise HttpProblem("not_results", f"{place}: {first['msg']}") from None


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise HttpProblem("too_large", f"there are more than {most} reports")


def ranked(_: object, text: bytes, policy: Policy, most: int) -> dict[str, Any] | HttpProblem:
    """In a thread or in a worker: the order of the reports in a document, or what is wrong with that."""
    try:
        reports = _read(text, ToRank).reports
        _check_count(len(reports), most)
    except HttpProblem as problem:
        return problem
    index = {id(report): at for at, report in enumerate(reports)}
    order = [
        {
            "index": index[id(one.report)],
            "place": one.place,
            "points": None if one.points is None else round(one.points, 2),
            "reason": one.reason,
            "because": list(one.because),
        }
        for one in rank_reports(reports, policy)
    ]
    return {"order": order}


def exported(
    _: object, text: bytes, format: FileFormat, policies: Mapping[str, Policy], default: Policy, most: int
) -> bytes | HttpProblem:
    """In a thread or in a worker: the file that a document of results makes, or what is wrong with that."""
    try:
        given = _read(text, ToExport)
        _check_count(len(given.results), most)
        rows = [_row(one, at) for at, one in enumerate(given.results)]
        return _written(finished_scan(policy_among(policies, given.policy, default), (), rows), format)
    except HttpProblem as problem:
        return problem


def _row(given: GivenResult, at: int) -> Row:
    jpeg = None if given.preview is None else _picture(given.preview, at)
    phash = None if given.phash is None else int(given.phash, 16)
    size = None if given.report.photo is None else given.report.photo.bytes
    return Row(given.name, given.name, given.report, size, digest=given.digest, phash=phash, thumbnail=jpeg)


def _picture(url: str, at: int) -> bytes:
    jpeg = base64.b64decode(url.partition(",")[2])
    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
            if max(image.size) > LARGEST_PREVIEW_PX:
                raise ValueError("it is larger than any preview")
            image.load()
    except Exception as error:  # decoders raise nearly anything on damaged files
        raise HttpProblem("not_results", f"results.{at}.preview cannot be shown: {error}") from error
    return jpeg


def _written(scan: FinishedScan, format: FileFormat) -> bytes:
    from headshot_check.scan.tables.csv_table import CsvTable
    from headshot_check.scan.tables.json_lines import JsonLines
    from headshot_check.scan.tables.listed_row import listed
    from headshot_check.views.scan_reports import RowWriter
    from headshot_check.views.web.folder_report import FolderReport

    stream = BytesIO()
    writer: RowWriter
    if format is FileFormat.html:
        writer = FolderReport(stream, scan)
    elif format is FileFormat.csv:
        writer = CsvTable(stream, scan.policy)
    else:
        writer = JsonLines(stream)
    for row in listed(scan):
        writer.add(row)
    writer.close()
    return stream.getvalue()
