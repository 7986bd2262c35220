"""What `aero trace` shows: everything that happened to a payment, or to a tracking event and the payment it led to."""
