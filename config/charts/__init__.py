"""What charts have in common: scales, ticks, places of labels (pure), and their frame."""
