"""The two instances: their invocation, breakers, counts and health."""
