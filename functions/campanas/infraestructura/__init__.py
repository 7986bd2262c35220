"""How campaigns reach PostgreSQL and HTTP."""
