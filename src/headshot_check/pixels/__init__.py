"""Arithmetic on pixels that knows no photo and no face: shrinking, squares, colours, quantiles, a hash."""
