"""The account, the region, the role and the runtime of all functions."""

import sys

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
RUNTIME = "python{}.{}".format(*sys.version_info)
