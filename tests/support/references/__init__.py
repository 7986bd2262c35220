"""Texts of the project, and the files, targets, commands and links that they name."""
