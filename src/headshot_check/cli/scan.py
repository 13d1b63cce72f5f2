"""`headshot-check scan`."""

from __future__ import annotations

from typing import Annotated

import typer

from headshot_check.cli.arguments import Choice, ReportFormat
from headshot_check.cli.outcome import fail
from headshot_check.cli.scan_run import ScanRequest, scan_locally, scan_on_ray
from headshot_check.cli.typer_app import (
    ForceOption,
    PlainCommand,
    PolicyOption,
    QuietOption,
    app,
    destination,
    one_of,
    seconds,
    whole_number,
)


class Engine(Choice):
    """Where the photos are checked."""

    local = "local"
    ray = "ray"


@app.command(cls=PlainCommand, short_help="Check all photos in folders; --out writes reports.")
def scan(
    places: Annotated[
        list[str], typer.Argument(metavar="FOLDER|PHOTO...", help="Folders, searched with all that is below them.")
    ],
    format: Annotated[
        ReportFormat,
        typer.Option(
            metavar="FORMAT",
            parser=one_of(ReportFormat),
            help="text: a summary; json: an array of reports; jsonl: one report a line, as they come; github: "
            "annotations of a workflow; sarif: for code scanning.",
        ),
    ] = ReportFormat.text,
    policy: PolicyOption = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            parser=destination,
            help="Also write reports there: HTML, CSV, JSON Lines, JUnit XML, Parquet.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole_number(1),
            show_default=False,
            help="Processes that check photos; default: one for each processor.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--fresh", help="Reuse what earlier runs found in unchanged files, or check everything again."
        ),
    ] = True,
    open_report: Annotated[bool, typer.Option("--open", help="Show the HTML report in the browser.")] = False,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="S", parser=seconds, show_default=False, help="Seconds that one photo may take; default: 30."
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Keep running, and check new photos as they arrive.")] = False,
    engine: Annotated[
        Engine,
        typer.Option(
            metavar="ENGINE",
            parser=one_of(Engine),
            help="local: this machine; ray: the machines of a Ray cluster (extra ray).",
        ),
    ] = Engine.local,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", show_default=False, help="Address of the Ray cluster; default: one on this machine."
        ),
    ] = None,
    quiet: QuietOption = False,
    force: ForceOption = False,
) -> None:
    """Check all photos in folders, and continue where an earlier run stopped.

    Exit status: 0 nothing to retake, 1 something to retake, 2 something could not be read or done, 130 stopped
    with Ctrl-C.
    """
    from headshot_check.workers.time_limit import TIME_LIMIT_S, checked_time_limit

    try:
        limit_s = checked_time_limit(TIME_LIMIT_S if time_limit is None else time_limit)
    except ValueError as error:
        raise typer.Exit(fail(f"--time-limit: {error}")) from error
    request = ScanRequest(places, format, policy, out, workers, limit_s, resume, open_report, watch, quiet, force)
    if engine is Engine.ray:
        raise typer.Exit(scan_on_ray(request, address))
    if address is not None:
        raise typer.Exit(fail("--address is for a Ray cluster: add --engine ray"))
    if watch and format in (ReportFormat.json, ReportFormat.sarif):
        whole = "array" if format is ReportFormat.json else "log"
        raise typer.Exit(fail(f"--watch never ends, so the {whole} would never be complete: use --format jsonl"))
    raise typer.Exit(scan_locally(request))
