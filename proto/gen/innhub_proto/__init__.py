"""The messages and services of iNNvestigate Hub, with their generated stubs."""
