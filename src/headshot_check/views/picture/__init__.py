"""Report -> marks drawn on the photo."""
