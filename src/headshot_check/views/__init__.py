"""Report -> what a person looks at. Importing this loads nothing heavy."""
