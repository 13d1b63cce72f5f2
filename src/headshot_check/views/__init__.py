"""Views of a report: text, pictures, pages. Importing this package loads nothing heavy."""
