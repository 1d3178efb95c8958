"""Every explanation method, on its own engine and on innvestigate.

`methods` holds one file a method, `propagation` the walk and the rules that several of them share, `reference` the
engines on innvestigate. TensorFlow runs in child processes only.
"""
