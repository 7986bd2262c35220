"""The event collector: accepts what web pages, apps and partners track, each event once, and publishes it."""
