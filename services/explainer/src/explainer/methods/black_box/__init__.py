"""Methods that see nothing but inputs and answers."""
