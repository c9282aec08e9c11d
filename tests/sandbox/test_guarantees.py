"""What a competition requires and a backend lacks is named."""

from sandbox.guarantees import Guarantee, missing


def test_missing_guarantees_are_named_in_the_order_of_the_list() -> None:
    required = frozenset({Guarantee.KERNEL_ISOLATION, Guarantee.NO_NETWORK, Guarantee.MEMORY_BOUND})
    declared = frozenset({Guarantee.NO_NETWORK, Guarantee.NON_ROOT})
    assert missing(required, declared) == (Guarantee.MEMORY_BOUND, Guarantee.KERNEL_ISOLATION)


def test_nothing_is_missing_from_more_than_enough() -> None:
    assert missing(frozenset({Guarantee.NON_ROOT}), frozenset(Guarantee)) == ()
