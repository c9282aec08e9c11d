"""The three steps of a submission's way: each claims, works outside any transaction, records."""
