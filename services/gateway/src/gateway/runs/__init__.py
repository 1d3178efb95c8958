"""The feature runs."""
