"""Pages of a submission's way: upload, follow, close."""
