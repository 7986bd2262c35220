"""The SAM template: reading it, and checking it for mistakes that AWS would refuse."""
