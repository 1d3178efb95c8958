"""Calls to the services inside; the only place of the gateway where messages are known, with `public_rpc`."""
