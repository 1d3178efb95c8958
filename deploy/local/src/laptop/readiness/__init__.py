"""How each kind of program tells that it is ready.

A module each, since a command that only asks a page should not have to load gRPC and the S3 client.
"""
