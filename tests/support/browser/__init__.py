"""A real browser, driven by tests of pages."""
