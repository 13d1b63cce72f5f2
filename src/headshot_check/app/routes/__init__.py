"""What the page's server answers, one file a subject."""
