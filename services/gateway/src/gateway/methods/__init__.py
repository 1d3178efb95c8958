"""The feature methods."""
