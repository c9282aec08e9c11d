"""The awards engine: rules as strategies over facts, without Django.

``facts`` says what is known of an entry, ``terms`` what an award asks, ``rules/`` measures an entry
by one rule each, ``eligibility`` says who may win at all, and ``decide`` puts them together.
"""
