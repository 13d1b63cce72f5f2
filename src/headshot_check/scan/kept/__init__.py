"""Stored results: the SQLite file of a scan, and the fingerprint that decides whether a result is still valid."""
