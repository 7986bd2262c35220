"""The Postman collection: a tour of the platform, with descriptions and bodies of the OpenAPI document."""
