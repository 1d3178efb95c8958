"""The feature suggestions."""
