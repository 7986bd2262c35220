"""The processes of one platform: starting, guarding, recording, awaiting and locking them."""
