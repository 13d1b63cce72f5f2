"""What scale.py measured -> plots, and the section of RESULTS.md between its two markers."""

from __future__ import annotations

import statistics
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- scale.py: begin -->", "<!-- scale.py: end -->"
INK, SECOND, THIRD, PALE = "#1f3a5f", "#c2571a", "#4a7c59", "#9aa5b1"
UNDISTURBED = 0.96
"""share of a processor's time that each worker has had, on average, in a round that counts; where no round comes to
it, the quarter counts that comes nearest"""
EARLY = (600, 1400)
"""photos over which the memory early in the run is taken: two workers have then had about 500 each"""


def write_report(measured: dict[str, Any], folder: Path) -> None:
    """Draw the parts that were measured and replace the section of folder/RESULTS.md."""
    (folder / "plots").mkdir(exist_ok=True)
    sections = [text for name, write in PARTS.items() if name in measured for text in write(measured[name], folder)]
    body = "\n".join([BEGIN, "## Scale", "", *sections, END])
    path = folder / "RESULTS.md"
    old = path.read_text(encoding="utf-8") if path.exists() else "# Results\n\n"
    if BEGIN in old:
        before, rest = old.split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        path.write_text(before + body + after, encoding="utf-8")
    else:
        path.write_text(f"{old.rstrip()}\n\n{body}\n", encoding="utf-8")


def _workers(part: dict[str, Any], folder: Path) -> list[str]:
    best = sorted(range(len(part["had"])), key=lambda turn: -part["had"][turn])
    quiet = [turn for turn in best if part["had"][turn] >= UNDISTURBED] or best[: max(1, len(best) // 4)]
    rates = {int(number): [values[turn] for turn in quiet] for number, values in part["rates"].items()}
    had, others = ([part[name][turn] for turn in quiet] for name in ("had", "others"))
    gains = {n: [b / a for a, b in zip(rates[1], values, strict=True)] for n, values in rates.items()}
    rows = [
        f"| {n} | {statistics.median(values):.1f} | {min(values):.1f} to {max(values):.1f} "
        f"| {statistics.median(gains[n]):.2f} | {min(gains[n]):.2f} to {max(gains[n]):.2f} "
        f"| {statistics.median(part['cpu_ms'][str(n)]):.1f} |"
        for n, values in rates.items()
    ]

    def draw(axes: Any) -> None:
        numbers = list(rates)
        medians = [statistics.median(rates[n]) for n in numbers]
        axes.plot(numbers, [n * medians[0] for n in numbers], color=PALE, linestyle="--", label="in proportion")
        for n in numbers:
            axes.scatter([n] * len(rates[n]), rates[n], color=INK, alpha=0.35, s=18, linewidths=0)
        axes.plot(numbers, medians, color=INK, marker="o", label="median")
        axes.set_xticks(numbers)
        axes.set_ylim(bottom=0)
        axes.set(xlabel="workers", ylabel="photos a second", title="Throughput, 12-megapixel JPEG")

    _plot(folder / "plots" / "scale-workers.png", draw)
    peak, most = max(part["peaks_mb"]), max(rates)
    worth = most * statistics.median(part["cpu_ms"]["1"]) / statistics.median(part["cpu_ms"][str(most)])
    what = (
        f"{part['files']} JPEGs of 12 megapixels, {part['mean_mb']:.1f} MB on average, {part['photos']} for each "
        f"worker in a round. {len(rates[1])} of {len(part['had'])} rounds, in which each worker had {min(had):.0%} or "
        f"more of a processor; other programs had {min(others):.0%} to {max(others):.0%} of the machine."
    )
    return [
        "### Workers",
        "",
        _wrapped(f"{what} {_where(part)}"),
        "",
        "| workers | photos a second: median | least to most | times one: median | least to most | CPU ms a photo |",
        "|---:|---:|---:|---:|---:|---:|",
        *rows,
        "",
        f"CPU ms counts all rounds, and what the parent does; by it alone {most} workers are worth {worth:.2f}.",
        f"Most memory that a worker ever had: {peak:.0f} MB.",
        "",
        "![Throughput against workers](plots/scale-workers.png)",
        "",
    ]


def _memory(part: dict[str, Any], folder: Path) -> list[str]:
    samples = part["samples"]
    photos = [one["photos"] for one in samples]
    series = [[one["workers_mb"][k] for one in samples] for k in range(part["workers"])]
    parent = [one["parent_mb"] for one in samples]

    def drift(values: Sequence[float]) -> tuple[float, float]:
        early = [value for value, at in zip(values, photos, strict=True) if EARLY[0] <= at <= EARLY[1]]
        return statistics.median(early), statistics.median(values[-16:])

    def draw(axes: Any) -> None:
        for k, (values, colour) in enumerate(zip(series, (INK, THIRD), strict=False), 1):
            axes.plot(photos, values, color=colour, linewidth=1, label=f"worker {k}")
        axes.plot(photos, parent, color=SECOND, linewidth=1, label="parent")
        axes.set_ylim(bottom=0)
        axes.set(xlabel="photos done", ylabel="resident memory, MB", title="Memory over a long run")

    _plot(folder / "plots" / "scale-memory.png", draw)
    rows = []
    for k, (name, values) in enumerate([*((f"worker {k + 1}", s) for k, s in enumerate(series)), ("parent", parent)]):
        start, end = drift(values)
        peak = f"{part['peaks_mb'][k]:.0f}" if k < part["workers"] else f"{max(values):.0f}"
        rows.append(f"| {name} | {start:.0f} | {end:.0f} | {end - start:+.1f} | {peak} |")
    said = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(part["verdicts"].items()))
    total = sum(part["verdicts"].values())
    what = (
        f"{total:,} photos in {part['seconds']:.0f} s with {part['workers']} workers: 0.05 to 2 megapixels in five "
        "formats, every eleventh a JPEG of 12 megapixels, 3 % damaged, 1 % no pictures."
    )
    return [
        "### Memory",
        "",
        _wrapped(f"{what} Verdicts: {said}. {_where(part)}"),
        "",
        "| MB | about photo 1,000 | at the end | drift | most ever |",
        "|---|---:|---:|---:|---:|",
        *rows,
        "",
        "![Memory against the number of photos](plots/scale-memory.png)",
        "",
    ]


def _faces(part: dict[str, Any], folder: Path) -> list[str]:
    rows = part["rows"]

    def draw(axes: Any) -> None:
        people = [row["people"] for row in rows]
        axes.plot(people, [row["total_ms"] for row in rows], color=INK, marker="o", label="whole check")
        axes.plot(people, [row["decode_ms"] for row in rows], color=SECOND, marker="o", label="of it decoding")
        axes.set_ylim(bottom=0)
        axes.set(xlabel="people in the picture", ylabel="CPU ms", title="Cost of a photo with several people, 8 MP")

    _plot(folder / "plots" / "scale-faces.png", draw)
    return [
        "### Faces",
        "",
        _wrapped(f"One 8-megapixel JPEG with heads in a grid, one thread, CPU time, medians. {_where(part)}"),
        "",
        "Only the main face is measured, so faces cost little by themselves. Where a crop would put right that there",
        "are several, it is checked like a photo of its own (here from 6 heads on). Where nobody is found, 17 more",
        "looks say why.",
        "",
        "| people | faces found | decoding ms | whole check ms |",
        "|---:|---:|---:|---:|",
        *(f"| {r['people']} | {r['found']} | {r['decode_ms']:.0f} | {r['total_ms']:.0f} |" for r in rows),
        "",
        "![Cost against faces](plots/scale-faces.png)",
        "",
    ]


def _megapixels(part: dict[str, Any], folder: Path) -> list[str]:
    rows = part["rows"]

    def draw(axes: Any) -> None:
        sizes = [row["megapixels"] for row in rows]
        axes.plot(sizes, [row["total_ms"] for row in rows], color=INK, marker="o", label="whole check")
        axes.plot(sizes, [row["decode_ms"] for row in rows], color=SECOND, marker="o", label="of it decoding")
        axes.set_ylim(bottom=0)
        axes.set(xlabel="megapixels", ylabel="CPU ms", title="Cost of a photo as it grows")

    _plot(folder / "plots" / "scale-megapixels.png", draw)
    return [
        "### Megapixels",
        "",
        _wrapped(f"One face, JPEG with 0.25 bytes a pixel at most, one thread, CPU time, medians. {_where(part)}"),
        "",
        "| megapixels | MB | decoding ms | whole check ms | all but decoding ms |",
        "|---:|---:|---:|---:|---:|",
        *(
            f"| {r['megapixels']:g} | {r['mb']:.2f} | {r['decode_ms']:.0f} | {r['total_ms']:.0f} "
            f"| {r['total_ms'] - r['decode_ms']:.0f} |"
            for r in rows
        ),
        "",
        "![Cost against megapixels](plots/scale-megapixels.png)",
        "",
    ]


PARTS: dict[str, Callable[[dict[str, Any], Path], list[str]]] = {
    "workers": _workers,
    "memory": _memory,
    "faces": _faces,
    "megapixels": _megapixels,
}


def _where(part: dict[str, Any]) -> str:
    before, after = part["load"]
    return (
        f"(`{part['command']}`, {part['machine']}, Python {part['python']}, {part['date']}; "
        f"load average {before} before and {after} after, our own included)"
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 130, break_long_words=False, break_on_hyphens=False)


def _plot(path: Path, draw: Callable[[Any], None]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.8), layout="constrained")
    draw(axes)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e7eb")
    axes.set_axisbelow(True)
    axes.set_xlim(left=0)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
