"""Samples by where they lie in the embedding of a model, and groups of them by how it explains them."""
