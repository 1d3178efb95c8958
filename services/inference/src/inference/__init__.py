"""Imports models, predicts, describes networks."""
