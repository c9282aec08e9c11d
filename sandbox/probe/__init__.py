"""The program that `sandbox.selfcheck` runs in place of the runner; standard library only."""
