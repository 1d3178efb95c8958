"""The feature activations."""
