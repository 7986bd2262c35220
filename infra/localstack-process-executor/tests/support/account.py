"""Whose functions these are, where, and on which Python."""

import sys

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
RUNTIME = "python{}.{}".format(*sys.version_info)
