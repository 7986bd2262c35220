"""Stripe's spelling of parameters, ids, currencies and errors."""
