"""The feature admin: what an operator does for the whole hub."""
