"""Fine-tuning by one recipe for every submission: what is trained on, in which order, how long.

Nothing here needs torch: a ``Trainable`` model (``formats.base``) takes the steps.
"""
