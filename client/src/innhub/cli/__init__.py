"""The command line `innhub`: one module a group of commands, all on the Python client."""

from innhub.cli.main import main

__all__ = ["main"]
