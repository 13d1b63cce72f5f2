"""What is measured: quality/, speed/, car/; README.md is the index."""
