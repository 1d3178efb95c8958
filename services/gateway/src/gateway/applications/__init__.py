"""The feature applications."""
