"""Methods that go back through the network by other rules than the derivative."""
