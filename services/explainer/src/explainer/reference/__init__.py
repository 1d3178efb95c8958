"""The reference engine: iNNvestigate 2.1.2, the library of the paper, in a process of its own.

It needs tf_keras (`TF_USE_LEGACY_KERAS=1` before TensorFlow is imported) and graph mode, so nothing else can share its
process. Its purpose is to reproduce published results, and to check the native engine.
"""
