"""How reports reach PostgreSQL, Parameter Store and HTTP."""
