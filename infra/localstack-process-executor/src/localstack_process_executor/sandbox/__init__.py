"""What a function's process can see: its Python, its packages, its layers, its files."""
