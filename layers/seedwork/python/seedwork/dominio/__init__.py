"""Building blocks of a domain model, free of any technology."""
