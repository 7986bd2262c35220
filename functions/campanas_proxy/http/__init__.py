"""The requests and answers of the proxy."""
