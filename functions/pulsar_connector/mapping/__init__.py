"""An event source mapping at work: receive, invoke, settle."""
