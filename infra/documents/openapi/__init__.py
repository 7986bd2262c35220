"""Makes the OpenAPI document from the declarations of the APIs' routes and the template's events."""
