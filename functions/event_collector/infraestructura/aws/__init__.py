"""What the event collector keeps in DynamoDB."""
