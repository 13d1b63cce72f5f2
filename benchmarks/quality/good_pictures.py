"""Do ordinary good pictures pass? Which check fails or warns of which share of them.

    python -m benchmarks.quality.good_pictures ../shared/photos [--judged FILE.csv] [--keep FOLDER] [--list FOLDER]

Two sets: conference speakers' own pictures that a careful look found good (`--judged`: a table with `id` and `good` =
yes | no, made by looking at a shuffled sample; without it every untagged speaker), and the untagged `plain` pictures of
staff and speaker pages, on which nothing was fitted. Markdown on standard output; intervals are 95 %, by bootstrap over
groups. `--keep` and `--list` (the ids that each check fails, to be looked at) are folders outside the repository.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2

from benchmarks.photo_set import SOURCES_OF_SPEAKERS, Row, read_rows, share_with_interval, tags
from benchmarks.quality.survey import Record, survey

MOST_FAILING = 0.10
# Tags that are no defect: small pictures and tight portraits are usual.
HARMLESS = {"lowres", "tight"}
NO_PAGES = ("Yusepp/YOLOv8-Face", "fbplab/MEBeauty-database", "se4ai2223-uniba/glassDetection")
"""measure sources that are no profile pages: press photos, a beauty set, a selfie set"""


def speakers(rows: list[Row], judged: Path | None) -> list[Row]:
    """Speakers' pictures (train): those that were judged good, or all untagged ones."""
    own = [row for row in rows if row["source_repo"] in SOURCES_OF_SPEAKERS and row["use"] == "train"]
    if judged is None:
        return [row for row in own if not tags(row) - HARMLESS and row["label"] == "not_car" and row["faces"] == "1"]
    with judged.open(newline="") as file:
        good = {line["id"] for line in csv.DictReader(file) if line["good"] == "yes"}
    return [row for row in own if row["id"] in good]


def staff(rows: list[Row]) -> list[Row]:
    """Untagged plain pictures of staff and speaker pages (measure)."""
    return [
        row
        for row in rows
        if row["use"] == "measure"
        and row["subtype"] == "plain"
        and row["faces"] == "1"
        and row["source_repo"] not in NO_PAGES
        and not tags(row) - HARMLESS
    ]


def table(rows: list[Row], records: dict[str, Record], title: str) -> list[str]:
    """One line per check that fails or warns of anybody; the fails above the limit in bold."""
    rows = [row for row in rows if row["id"] in records]
    groups = [row["group"] for row in rows]
    lines = [
        f"\n{title}: {len(rows)} photos\n",
        "| check | fails % | 95 % | warns % | not assessed % |",
        "|---|---|---|---|---|",
    ]
    checks = records[rows[0]["id"]]["checks"]
    shares = []
    for check in checks:
        statuses = [records[row["id"]]["checks"][check][1] for row in rows]
        fails, low, high = share_with_interval([status == "fail" for status in statuses], groups)
        warns, missing = (statuses.count(status) / len(rows) for status in ("warn", "not_assessed"))
        shares.append((fails, low, high, warns, missing, check))
    for fails, low, high, warns, missing, check in sorted(shares, key=lambda s: (-s[0], -s[3])):
        if fails or warns or missing > 0.02:
            bold = "**" if fails > MOST_FAILING else ""
            lines.append(
                f"| {check} | {bold}{100 * fails:.1f}{bold} | {100 * low:.1f} to {100 * high:.1f} "
                f"| {100 * warns:.1f} | {100 * missing:.1f} |"
            )
    failed = [any(records[row["id"]]["checks"][c][1] == "fail" for c in checks) for row in rows]
    clean = [all(records[row["id"]]["checks"][c][1] not in ("fail", "warn") for c in checks) for row in rows]
    lines.append(
        f"\nany failure: {100 * sum(failed) / len(rows):.1f} %; nothing to say: {100 * sum(clean) / len(rows):.1f} %"
    )
    worst = max(shares)
    lines.append(
        f"no check fails more than {100 * MOST_FAILING:.0f} %: "
        + ("yes" if worst[0] <= MOST_FAILING else f"NO, {worst[-1]}")
    )
    return lines


def write_lists(rows: list[Row], records: dict[str, Record], folder: Path) -> None:
    """Per check a file with the photos that it fails or warns of, the worst first."""
    folder.mkdir(parents=True, exist_ok=True)
    by_check: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        for check, (value, status, _) in records[row["id"]]["checks"].items():
            if status in ("fail", "warn"):
                by_check.setdefault(check, []).append((status, str(value), row["file"]))
    for check, lines in by_check.items():
        (folder / f"{check}.txt").write_text("".join(f"{s} {v} {f}\n" for s, v, f in sorted(lines)))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--judged", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--list", type=Path, dest="lists")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows = read_rows(options.photos)
    for title, chosen in (
        ("Speakers' own pictures found good (train)", speakers(rows, options.judged)),
        ("Staff and speaker pages, plain and untagged (measure)", staff(rows)),
    ):
        records = survey(options.photos, chosen, options.keep)
        print("\n".join(table(chosen, records, title)))
        if options.lists:
            write_lists(chosen, records, options.lists / title.split()[0].strip("'").lower())


if __name__ == "__main__":
    main()
