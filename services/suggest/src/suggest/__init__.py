"""Imports data sets and finds the samples worth looking at."""
