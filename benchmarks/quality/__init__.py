"""Are the checks right? `python -m benchmarks.quality.NAME`."""
