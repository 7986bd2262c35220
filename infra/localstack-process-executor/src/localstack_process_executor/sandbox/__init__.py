"""The surroundings of a function's process: its Python, its packages, its layers, its files."""
