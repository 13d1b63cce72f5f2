"""Rows as tables: CSV, JSON lines, Parquet."""
