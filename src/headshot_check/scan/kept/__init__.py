"""Stored results: the database of a scan, and the fingerprint that tells whether they are still valid."""
