"""Processes that check photos for the command line, the page, scans and the library."""
