"""The JSON form of campaigns' own events, and the foreign events that campaigns count."""
