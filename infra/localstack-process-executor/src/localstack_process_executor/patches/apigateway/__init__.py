"""Changes in LocalStack's API Gateway."""
