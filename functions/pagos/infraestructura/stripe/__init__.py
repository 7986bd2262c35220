"""The payment gateway on Stripe."""
