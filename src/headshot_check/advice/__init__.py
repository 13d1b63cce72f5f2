"""Findings -> what to do: the plan, its sentences, and the order of several shots."""
