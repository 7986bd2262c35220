"""DynamoDB: moto's, one operation at a time, each of them whole or not at all."""

from localstack_process_executor.dynamodb.provider import create_service

__all__ = ["create_service"]
