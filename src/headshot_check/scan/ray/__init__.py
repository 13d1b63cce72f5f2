"""Scans on several machines with Ray Data, with sources and outputs on any file system."""

from __future__ import annotations

from headshot_check.scan.ray.cluster import check_dataset

__all__ = ["check_dataset"]
