"""Methods that follow the derivative of the output."""
