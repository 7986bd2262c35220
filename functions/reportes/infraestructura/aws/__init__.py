"""The report version in Parameter Store."""
