from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.pooling import (
    Pooling,
    choose_pooling,
    pool_cls,
    pool_last,
    pool_max,
    pool_mean,
    pool_mean_sqrt,
    pool_weighted_mean,
    unit_length,
)

HIDDEN = np.array([[[1.0, -8.0], [3.0, -4.0], [100.0, 100.0]]], dtype=np.float32)
RIGHT = np.array([[1.0, 1.0, 0.0]], dtype=np.float32)
LEFT_HIDDEN = HIDDEN[:, [2, 0, 1]]
LEFT = np.array([[0.0, 1.0, 1.0]], dtype=np.float32)


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (pool_mean, [2.0, -6.0]),
        (pool_mean_sqrt, [4 / 2**0.5, -12 / 2**0.5]),
        (pool_max, [3.0, -4.0]),
        (pool_cls, [1.0, -8.0]),
        (pool_last, [3.0, -4.0]),
        (pool_weighted_mean, [7 / 3, -16 / 3]),
    ],
)
def test_padding_on_either_side_is_left_out(pool: object, expected: list[float]) -> None:
    assert callable(pool)
    np.testing.assert_allclose(pool(HIDDEN, RIGHT), [expected], rtol=1e-6)
    np.testing.assert_allclose(pool(LEFT_HIDDEN, LEFT), [expected], rtol=1e-6)


@given(st.integers(1, 5), st.integers(0, 5))
def test_padding_never_changes_the_mean(tokens: int, padding: int) -> None:
    hidden = np.random.default_rng(0).normal(size=(2, tokens + padding, 3)).astype(np.float32)
    mask = np.ones((2, tokens + padding), dtype=np.float32)
    mask[:, tokens:] = 0
    np.testing.assert_allclose(
        pool_mean(hidden, mask), hidden[:, :tokens].mean(axis=1), rtol=1e-4, atol=1e-6
    )


def test_several_poolings_stand_side_by_side() -> None:
    pooling = Pooling((pool_cls, pool_max))
    joined = pooling.join(pooling.parts(HIDDEN, RIGHT))
    assert joined.tolist() == [[1.0, -8.0, 3.0, -4.0]]


def test_unit_length_leaves_zeros_alone() -> None:
    assert unit_length(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32)).tolist() == [
        [pytest.approx(0.6), pytest.approx(0.8)],
        [0.0, 0.0],
    ]


def _folder(tmp_path: Path, pooling: object = None, modules: object = None) -> Path:
    if pooling is not None:
        (tmp_path / "1_Pooling").mkdir()
        (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    if modules is not None:
        (tmp_path / "modules.json").write_text(json.dumps(modules))
    return tmp_path


def _module(name: str) -> dict[str, str]:
    return {"type": f"sentence_transformers.models.{name}"}


@pytest.mark.parametrize(
    ("config", "pool"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, pool_cls),
        ({"pooling_mode_max_tokens": True}, pool_max),
        ({"pooling_mode_mean_sqrt_len_tokens": True}, pool_mean_sqrt),
        ({"pooling_mode_weightedmean_tokens": True}, pool_weighted_mean),
        ({"pooling_mode_lasttoken": True}, pool_last),
        ({"pooling_mode": "cls"}, pool_cls),
        ({"pooling_mode": ["mean"]}, pool_mean),
    ],
)
def test_the_folder_s_own_pooling_is_followed(
    tmp_path: Path, config: dict[str, object], pool: object
) -> None:
    assert choose_pooling("model", _folder(tmp_path, config)).pools == (pool,)


def test_the_task_s_pooling_wins_over_the_folder_s(tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"pooling_mode_cls_token": True}, [_module("Normalize")])
    assert choose_pooling("mean", folder) == Pooling((pool_mean,))


def test_a_folder_without_pooling_is_averaged(tmp_path: Path) -> None:
    assert choose_pooling("model", tmp_path) == Pooling((pool_mean,))


def test_a_normalize_module_scales_to_length_one(tmp_path: Path) -> None:
    modules = [_module("Transformer"), _module("Pooling"), _module("Normalize")]
    folder = _folder(tmp_path, {"pooling_mode_mean_tokens": True}, modules)
    pooling = choose_pooling("model", folder)
    joined = pooling.join(pooling.parts(HIDDEN, RIGHT))
    assert np.linalg.norm(joined) == pytest.approx(1.0)


def test_modules_with_weights_of_their_own_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="Dense") as caught:
        choose_pooling("model", _folder(tmp_path, modules=[_module("Dense")]))
    assert caught.value.code == Code.UNSUPPORTED_ARCHITECTURE


@pytest.mark.parametrize(
    "config", [[], {}, {"pooling_mode_odd": True}, {"pooling_mode": "odd"}, {"pooling_mode": 3}]
)
def test_a_pooling_that_says_nothing_known_is_refused(tmp_path: Path, config: object) -> None:
    with pytest.raises(RunnerError) as caught:
        choose_pooling("model", _folder(tmp_path, config))
    assert caught.value.code == Code.BAD_MODEL


def test_broken_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("{")
    with pytest.raises(RunnerError, match=r"modules\.json is not JSON"):
        choose_pooling("model", tmp_path)
