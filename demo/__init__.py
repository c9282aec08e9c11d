"""The program behind ``make demo``: from a fresh machine to an award ranking.

``demo.bootstrap`` runs on any Python 3.11+ with nothing installed; the rest runs in the platform's
environment. Nothing of the platform imports this package.
"""
