"""Builds the image that the `docker` and `docker+gvisor` backends run; standard library only."""
