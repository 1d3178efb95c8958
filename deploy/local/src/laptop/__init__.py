"""The whole product as processes on one machine."""
