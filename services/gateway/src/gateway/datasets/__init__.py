"""The feature datasets."""
