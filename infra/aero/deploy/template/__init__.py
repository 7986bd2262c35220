"""The SAM template: read, and checked for what AWS would refuse."""
