"""The promises of the platform, tried out on the one that runs."""
