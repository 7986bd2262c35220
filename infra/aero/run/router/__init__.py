"""The local ports: each is a thin route to the emulated API Gateway, a process of its own."""
