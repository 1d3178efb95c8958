"""The explanation methods, one file each. A new method is a new file here: nothing else needs to know of it."""
