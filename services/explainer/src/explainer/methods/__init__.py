"""The explanation methods, one file each, a folder a family. A new method is a new file: nothing else needs to know of
it."""
