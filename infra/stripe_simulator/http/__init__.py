"""The server: Stripe's routes and the simulator's own."""
