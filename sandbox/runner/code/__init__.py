"""Runs of the format ``python``: the participant's own ``predict.py`` answers the rows.

Nothing here imports a numerical library: what a submission does not use, it does not wait for.
"""
