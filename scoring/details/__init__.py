"""What is told of answers beside their score: slices, calibration, robustness. All pure.

Each is computed for one part of the rows at a time, and none of them changes a score.
"""
