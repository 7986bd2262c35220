"""Requests and answers of the proxy."""
