"""Reports: what was paid, by period, campaign and affiliate; a read model that is projected from the topics."""
