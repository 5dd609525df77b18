"""One script for each figure; each measures its limit or its peer in the same run."""
