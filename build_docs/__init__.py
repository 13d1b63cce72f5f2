"""Pages of the documentation that are made from the code when `mkdocs build` runs: nothing of them is written twice."""
