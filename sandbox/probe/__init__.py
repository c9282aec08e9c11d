"""The program that `sandbox.selfcheck` and `sandbox.posture` run in the runner's place; standard
library only."""
