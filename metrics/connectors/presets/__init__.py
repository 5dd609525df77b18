"""Sources that need no paths: what is asked and what the numbers mean is known beforehand."""
