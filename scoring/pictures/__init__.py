"""The numbers behind a board's pictures: running bests, places in a field, fronts. Pure."""
