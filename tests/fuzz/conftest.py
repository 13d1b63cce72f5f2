"""What pytest leaves alone here: a program of its own, and one that needs Atheris."""

collect_ignore = ["coverage_guided.py", "fuzz_photos.py"]
