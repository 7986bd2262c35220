"""The router: a process that serves the local ports and forwards their requests to the emulated API Gateway."""
