"""How payments reach PostgreSQL, Stripe and HTTP."""
