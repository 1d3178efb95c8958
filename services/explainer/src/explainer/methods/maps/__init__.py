"""Class activation maps: what a layer of maps sees, weighted by what speaks for the class."""
