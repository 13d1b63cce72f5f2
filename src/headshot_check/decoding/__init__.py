"""A path, bytes or pixels -> decoded pixels and what the file says of itself. photo.py makes a Photo of it."""
