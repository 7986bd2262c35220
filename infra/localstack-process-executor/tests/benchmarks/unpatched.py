"""As LocalStack's `sitecustomize`, this leaves LocalStack unpatched, with the same executor."""

import localstack.constants

localstack.constants.VERSION = "0.0.0"
