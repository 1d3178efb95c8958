"""Walking a network backwards, layer by layer, with a rule for each kind of layer."""
