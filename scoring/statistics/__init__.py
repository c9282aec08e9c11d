"""How sure scores and ranks are: resampling, paired tests, rank sets. Pure, no Django.

Nothing here depends on the machine: draws are whole numbers made from the raw words of a
generator with a fixed stream, sums of resampled rows are exact, quantiles are order statistics.
``docs/statistics.md`` explains the methods and what simulations say of them.
"""
