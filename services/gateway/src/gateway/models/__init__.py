"""The feature models."""
