"""From the template and the code to a deployed stack: checks, `sam build`, `sam deploy`."""
