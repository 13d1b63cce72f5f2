"""The routes of the page's server, one module per subject."""
