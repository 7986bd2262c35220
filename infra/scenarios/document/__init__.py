"""The report of all scenarios, in Markdown and as one page of HTML."""
