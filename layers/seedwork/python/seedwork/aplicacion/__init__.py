"""The ports shared by use cases: the unit of work and the inbox."""
