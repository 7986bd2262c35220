"""Output for people: a console, tables that fit, and the handling of output that cannot be written."""
