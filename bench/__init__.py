"""Measurements: ratios of two things in one run, never part of the tests."""
