"""The feature predictions."""
