"""The weekly business review: what a deck shows, live or as it was kept."""
