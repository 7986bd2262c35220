"""The declaration of an API's operations: it reads requests, and the OpenAPI document is made from it."""
