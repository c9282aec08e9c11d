"""Fuzzing of every reader that meets bytes of strangers, each for a bounded time.

`harness` gives a target its time and watches memory and work; `mutations` and `json_texts` make
the bytes; each `test_*` names one reader, what it may raise and what holds of what it accepts.
"""
