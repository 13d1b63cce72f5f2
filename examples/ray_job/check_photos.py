"""A job for a Ray cluster: photos in, a Parquet table of their reports out, and a count by verdict.

    pip install '.[ray]' && python check_photos.py SOURCE DESTINATION
    ray job submit --working-dir . -- python check_photos.py s3://photos/2026 s3://photos/results

`headshot-check scan --engine ray` does the same for folders and URLs; this is for a pipeline in which photos come from
elsewhere, or rows go on.
"""

from __future__ import annotations

import sys

import ray

from headshot_check.scan.ray import check_dataset


def check_photos(source: str, destination: str) -> dict[str, int]:
    """Check every file below `source`; returns how many photos have which verdict."""
    photos = ray.data.read_binary_files(source, include_paths=True)
    rows = check_dataset(photos, policy="team-page").materialize()
    rows.write_parquet(destination)
    counts = rows.groupby("verdict").count().take_all()
    return {str(row["verdict"]): int(row["count()"]) for row in counts}


if __name__ == "__main__":
    print(check_photos(*sys.argv[1:3]))
