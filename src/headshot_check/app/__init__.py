"""The local page: a server on 127.0.0.1 that checks photos for a browser, or for other programs of this machine."""
