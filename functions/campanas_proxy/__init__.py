"""The campaigns proxy: if one instance cannot serve a request, the other does, within the same request."""
