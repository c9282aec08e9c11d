"""What changes a competition or who takes part: one verb, one module."""
