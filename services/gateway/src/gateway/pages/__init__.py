"""The pages, so that a browser knows one origin."""
