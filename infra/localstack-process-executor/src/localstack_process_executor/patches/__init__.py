"""What is changed in LocalStack, a file for each change; the README lists them."""
