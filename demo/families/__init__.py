"""The program behind ``make families``: one competition with a task of every kind.

Real data come from pinned packages as in the demo; the rest is generated here from a seed and
says so in its description. The models are made by ``examples/``.
"""
