"""Checks downloaded records of Podium without the platform: no database, no network, no Django.

``podium-verify record.json --key keys.json`` checks who signed; with the files of a
bundle it computes the score once more. docs/verifying.md shows it step by step.
"""
