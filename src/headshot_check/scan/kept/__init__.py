"""Results that stay: the database of a scan, and what tells that they still hold."""
