"""The use cases of tracking events: accept them, singly or in batches, follow them, and publish them again."""
