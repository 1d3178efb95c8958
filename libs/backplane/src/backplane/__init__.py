"""Plumbing that every service shares: settings, object store, bus, gRPC, logs, metrics, child processes, life cycle.

Nothing here knows what a model or a picture is, and nothing connects when it is imported.
"""
