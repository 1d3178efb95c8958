"""Saved selections: samples that somebody put together for others in the workspace."""
