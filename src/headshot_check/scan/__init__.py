"""Many photos: found, checked by workers, kept as they come, reported."""
