"""The machine in words."""

import platform
import re

from bench import machine


def test_it_tells_the_size_and_the_kernel_but_not_the_name() -> None:
    said = machine.described()
    assert re.match(r"\d+ cores?, \d+ GiB of memory, Linux \d+\.\d+ on \w+", said)
    assert platform.node() not in said or len(platform.node()) < 4
    assert platform.release() not in said


def test_the_load_is_a_number() -> None:
    assert float(machine.load()) >= 0
