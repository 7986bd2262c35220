"""Reports: the payments by period, campaign and affiliate, from a read model projected from the topics."""
