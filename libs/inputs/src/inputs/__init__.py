"""What networks read: the samples of data sets in the store, decoded and prepared, without TensorFlow.

Between `backplane`, which knows where samples lie, and `imaging`, which knows what to do with their bytes; for the
services that run networks.
"""
