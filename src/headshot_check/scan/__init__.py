"""Scans of many photos: finding them, checking them in workers, storing the results, reporting them."""
