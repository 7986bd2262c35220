"""The event collector's data in DynamoDB."""
