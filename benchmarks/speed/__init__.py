"""What does a check cost? `python -m benchmarks.speed.NAME`."""
