"""Makes the documents in docs/ that describe the platform's interfaces, from the code and the template."""
