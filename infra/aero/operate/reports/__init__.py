"""Shows reports, and rebuilds their read model from the event stores."""
