"""The way from template and code to a deployed stack: checks, `sam build` and `sam deploy`."""
