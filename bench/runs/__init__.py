"""Runs over data sets: what they add to the work itself, and what a second worker brings."""
