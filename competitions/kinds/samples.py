"""Public sample inputs: a submission meets these before it meets a hidden row."""

from __future__ import annotations

TEXTS = tuple(
    {"text": text}
    for text in (
        "A quiet film that stays with you.",
        "Two hours I will never get back!",
        "ok",
        "...",
        "Die Bahn kam pünktlich, und der Kaffee war noch warm.",
        "朝の光が静かな部屋に差し込んでいた。",
        "Great value 👍🏽 \u2013 would buy again; 10/10, costs $4.99 <b>today</b>",
        "one line\nand another\twith a tab",
        " ".join(["It goes on and on, and then it goes on some more."] * 60),
    )
)

PAIRS = tuple(
    {"text_a": first, "text_b": second}
    for first, second in (
        ("a fast car", "a quick automobile"),
        ("tree", "invoice"),
        ("A man is playing a guitar.", "Someone plays an instrument."),
        ("the same words", "the same words"),
        ("Der Hund schläft.", "The dog is asleep."),
        ("?", "!"),
        ("one", " ".join(["a much longer second text that has to be cut somewhere"] * 40)),
    )
)
