"""How Stripe spells parameters, ids, currencies and errors."""
