"""What can be asked of reports, and what keeps them up to date."""
