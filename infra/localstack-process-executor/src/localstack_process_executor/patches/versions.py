"""The versions of LocalStack that the patches fit."""

import logging
from functools import cache

from localstack.constants import VERSION

LOG = logging.getLogger(__name__)

VERSIONS = ("4.13.", "4.14.")


@cache
def is_known_version() -> bool:
    """Return whether the patches fit the running LocalStack; logs a warning once if they do not."""
    if VERSION.startswith(VERSIONS):
        return True
    LOG.warning(
        "LocalStack %s is not a version that the process executor knows (%s): it runs unpatched, so it is slower,"
        " stores each line of a function's log twice and listens on every interface",
        VERSION,
        ", ".join(f"{version}*" for version in VERSIONS),
    )
    return False
