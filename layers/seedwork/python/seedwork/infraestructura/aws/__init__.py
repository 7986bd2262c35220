"""The AWS side of a function: its logger, its remaining time, and a shared DynamoDB table."""
