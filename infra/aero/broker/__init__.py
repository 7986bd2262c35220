"""The broker as an operator sees it: its admin API, topics, status and dead letters."""
