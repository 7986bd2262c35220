"""The changes in LocalStack, a file for each; the README has a table of them."""
