"""What AWS gives to a function: its logger, its time and a shared DynamoDB table."""
