"""DynamoDB on moto, with one operation at a time, each written whole or not at all."""

from localstack_process_executor.dynamodb.provider import create_service

__all__ = ["create_service"]
