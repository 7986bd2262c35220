"""What a payment is and may become."""
