"""The plan of the demonstration: its company and thirty days of its business, chosen by the seed alone."""
