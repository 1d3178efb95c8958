"""The only public door: REST, progress events, OpenAPI and public gRPC, on one identity.

One folder a feature, with the same files in each: `routes` (HTTP), `schemas` (bodies), `service` (what happens).
"""
