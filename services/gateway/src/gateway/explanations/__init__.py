"""The feature explanations."""
