"""The domain of reports: their content, period and version."""
