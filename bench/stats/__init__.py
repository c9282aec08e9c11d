"""Do the statistics keep their word? Boards whose truth is known, drawn thousands of times.

    python -m bench.stats [--trials N] [--once]

Each trial draws rows and answers from known chances, asks ``scoring.statistics`` as the platform
does, and looks whether the truth was within what it said. Writes docs/statistics.json, the tables
of docs/statistics.md and the plots.
"""
