"""Put as `sitecustomize` before LocalStack: it then is as it comes, under the same executor, without our patches."""

import localstack.constants

localstack.constants.VERSION = "0.0.0"
