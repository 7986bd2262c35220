"""The payment gateway's stand-in: Stripe's transfers over HTTP, a durable ledger, and faults on demand."""
