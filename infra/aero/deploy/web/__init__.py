"""The layer of the web pages: third-party files from npm, and the API documents as JSON."""
