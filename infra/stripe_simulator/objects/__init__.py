"""Stripe's objects in the ledger's tables: transfers, reversals, their lists and totals."""
