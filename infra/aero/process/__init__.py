"""Processes of one platform: how they are started, guarded, recorded, waited for and locked."""
