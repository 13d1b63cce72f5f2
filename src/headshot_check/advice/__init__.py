"""What to do about findings: the plan, its sentences, and the ranking of several shots."""
