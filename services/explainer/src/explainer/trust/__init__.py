"""How far an explanation can be trusted: measured on request, each metric in a file, with the paper that it is from."""
