"""The networks that say what lies over a face: `python -m training.covering.fit`."""
