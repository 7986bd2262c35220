"""The timelines of `aero trace`: the history of a payment, or of a tracking event and its commission's payment."""
