"""Output for people: a console, tables that fit, output that cannot be written."""
