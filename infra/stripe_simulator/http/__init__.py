"""The server with Stripe's routes and the simulator's own."""
