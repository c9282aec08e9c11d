"""What the guard of the public board means for participants, in words."""

from __future__ import annotations

from competitions.models import Competition


def guard_sentence(competition: Competition) -> str:
    """Say what of public numbers is told while the competition runs; empty without a guard."""
    if competition.state == Competition.State.CLOSED:
        return ""
    if competition.board_guard == Competition.Guard.ROUNDING:
        return (
            f"Until the close every public score is rounded to steps of {competition.guard_step:g} "
            "points; equal ones share a rank. All digits come with the close."
        )
    if competition.board_guard == Competition.Guard.LADDER:
        return (
            "Until the close a submission's public scores are shown only if it clearly beats the "
            "participant's best shown so far, by more than one standard error of the difference; "
            "otherwise the board keeps the earlier one. All numbers come with the close."
        )
    return ""


def held_back_sentence(best: float | None) -> str:
    """Say why a scored submission shows no number; ``best`` is the best told one so far."""
    over = "your best told score" if best is None else f"your best told score, {best:.2f} points"
    return (
        f"No clear improvement over {over}: it is no better, or better by no more than chance "
        "makes between two equal models. Its public numbers come with the close. You may choose it "
        "as final all the same."
    )
