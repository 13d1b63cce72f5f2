"""Pixel arithmetic without any notion of photos or faces: shrinking, squares, colours, quantiles, a hash."""
