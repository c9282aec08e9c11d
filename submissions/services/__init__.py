"""What a person can do to uploads and submissions: one verb, one module."""
