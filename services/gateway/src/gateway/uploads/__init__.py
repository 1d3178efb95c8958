"""The feature uploads."""
