"""Maps that explain nothing, to hold others against."""
