"""Builds the images that the `docker` and `docker+gvisor` backends run; standard library only."""
