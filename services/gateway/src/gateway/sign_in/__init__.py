"""Signing in with an identity provider (OpenID Connect): tokens of programs, and sessions of people."""
