"""The broker from an operator's side: its admin API, topics, status and dead letters."""
