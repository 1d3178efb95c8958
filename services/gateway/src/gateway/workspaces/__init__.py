"""The feature workspaces."""
