"""What every room talks about: errors with reasons, identifiers and manifests.

This is the lightest library of the house: Pydantic and nothing heavier, so that any room may depend on it.
"""
