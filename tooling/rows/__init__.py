"""What the pages show of tools, gathered in a constant number of queries."""
