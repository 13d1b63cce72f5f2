"""Decodes a path, bytes or pixels to pixels and metadata, of which photo.py makes a `Photo`."""
