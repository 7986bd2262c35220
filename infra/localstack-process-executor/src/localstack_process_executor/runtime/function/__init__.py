"""The code that runs inside of a function's process; nothing here imports the rest of the package."""
