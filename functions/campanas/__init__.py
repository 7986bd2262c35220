"""Campaigns: what affiliates advertise, with which budget, and how it goes."""
