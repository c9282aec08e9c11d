"""The upload gate: pure checks of a participant's files; nothing is unpickled, run or extracted."""
