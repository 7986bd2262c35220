"""The AsyncAPI document: topics, their messages, and the functions that send and receive them."""
