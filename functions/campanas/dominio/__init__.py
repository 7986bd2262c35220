"""What a campaign is and may become."""
