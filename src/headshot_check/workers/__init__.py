"""Worker processes that check photos, for the command line, the local page, scans and the library."""
