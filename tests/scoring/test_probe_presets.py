"""Each preset of the probe against a plain fit by scikit-learn."""

from array import array

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

from competitions.kinds.tracks import PROBE_PRESETS
from scoring.probe import Plan, probe_classes, probe_numbers
from scoring.probe_draws import dealt, few_of_each, levels, spread
from scoring.probe_faults import ProbeRefused
from scoring.probe_heads import NumberHead
from scoring.probe_presets import PRESETS, Fitted, Problem

from .test_probe import CLASSES, EMBEDDINGS, IDS, TRAIN_CLASSES, TRAIN_NUMBERS, class_of, rows

RANDOM = np.random.default_rng(11)
VECTORS = np.array([EMBEDDINGS[row_id] for row_id in IDS])
CODES = np.array([CLASSES.index(name) for _, name in TRAIN_CLASSES], dtype=np.float64)
TARGETS = np.array([number for _, number in TRAIN_NUMBERS])


def classes(preset: str, embeddings=EMBEDDINGS, train=TRAIN_CLASSES, task="movies"):
    return probe_classes(
        embeddings=embeddings,
        train=train,
        test_ids=IDS[200:],
        classes=CLASSES,
        plan=Plan(task=task, preset=preset),
    )


def numbers(preset: str, embeddings=EMBEDDINGS, train=TRAIN_NUMBERS):
    return probe_numbers(
        embeddings=embeddings,
        train=train,
        test_ids=IDS[200:],
        plan=Plan(task="movies", preset=preset),
    )


def answers(probed) -> list[list[object]]:
    return [[one[row_id] for row_id in IDS[200:]] for one in probed.rounds]


def names(codes) -> list[str]:
    return [CLASSES[int(code)] for code in codes]


def test_presets_are_those_that_a_task_can_choose() -> None:
    assert PRESETS.keys() == PROBE_PRESETS.keys()


def test_mteb_fits_eight_rows_of_each_class_ten_times() -> None:
    seed = Plan(task="movies", preset="mteb").seed
    found = answers(classes("mteb"))
    assert len(found) == 10
    for number, one in enumerate(found):
        places = few_of_each(IDS[:200], CODES, count=8, seed=f"{seed}\0{number}")
        assert len(places) == 24
        plain = LogisticRegression(tol=1e-8, max_iter=1000).fit(VECTORS[places], CODES[places])
        assert one == names(plain.predict(VECTORS[200:]))


def test_mteb_of_numbers_fits_a_ridge_ten_times() -> None:
    found = answers(numbers("mteb"))
    assert len(found) == 10
    scaler = StandardScaler().fit(VECTORS[:200])
    plain = Ridge(alpha=1.0).fit(scaler.transform(VECTORS[:200]), TARGETS)
    for one in found:
        assert one == pytest.approx(plain.predict(scaler.transform(VECTORS[200:])).tolist())


GRID = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)


def scaled_fit(model, x, y):
    """Return the function that answers rows as a model on scaled features does."""
    scaler = StandardScaler().fit(x)
    fitted = model.fit(scaler.transform(x), y)
    return fitted, lambda rows: scaler.transform(rows)


def noisy_classes():
    """Return the train rows with every fourth class moved on, so that folds disagree."""
    moved = [CLASSES[(CLASSES.index(name) + (n % 4 == 0)) % 3] for n, name in named()]
    return list(zip(IDS[:200], moved, strict=True))


def named():
    return enumerate(name for _, name in TRAIN_CLASSES)


def test_standard_cross_validates_anew_for_each_of_five_seeds() -> None:
    train = noisy_classes()
    codes = np.array([CLASSES.index(name) for _, name in train])
    probed = classes("standard", train=train)
    seed = Plan(task="movies", preset="standard").seed
    x, chosen, losses = VECTORS[:200], [], []
    for number in range(5):
        fold = dealt(IDS[:200], codes, parts=5, seed=f"{seed}\0{number}")
        by_setting = {}
        for c in GRID:
            parts = []
            for held in range(5):
                here = fold != held
                model = LogisticRegression(C=c, tol=1e-8, max_iter=1000)
                fitted, scale = scaled_fit(model, x[here], codes[here])
                shares = fitted.predict_proba(scale(x[~here]))
                parts.append(log_loss(codes[~here], shares, labels=range(3)))
            by_setting[c] = float(np.mean(parts))
        chosen.append(min(by_setting, key=by_setting.__getitem__))
        losses.append(by_setting[chosen[-1]])
    assert probed.details["settings"] == chosen
    assert probed.details["loss"] == pytest.approx(np.mean(losses), rel=1e-5)
    assert probed.details["loss_sd"] == pytest.approx(np.std(losses, ddof=1), rel=1e-3)
    found = answers(probed)
    assert len(found) == 5
    for setting, one in zip(chosen, found, strict=True):
        model = LogisticRegression(C=setting, tol=1e-8, max_iter=1000)
        fitted, scale = scaled_fit(model, x, codes)
        assert one == names(fitted.predict(scale(VECTORS[200:])))


@pytest.mark.parametrize("preset", ["standard", "vtab-1k", "mteb"])
def test_seeds_of_numbers_differ_too(preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No two numbers are equal, so their order alone leaves a seed nothing to draw."""
    monkeypatch.setattr("scoring.probe_presets.VTAB_ROWS", 50)
    monkeypatch.setattr("scoring.probe_presets.MANY", 50)
    probed = numbers(preset)
    if preset == "standard":
        assert probed.details["loss_sd"] > 0
    else:
        assert len({tuple(one) for one in answers(probed)}) == len(probed.rounds)


def test_seeds_that_choose_otherwise_answer_otherwise() -> None:
    """The spread over the seeds says how much the choice of the penalty matters."""
    ids, embeddings, found = rows(60, 100, seed=5)
    train = [(row_id, class_of(n)) for row_id, n in zip(ids[:40], found[:40], strict=True)]
    probed = probe_classes(
        embeddings=embeddings,
        train=train,
        test_ids=ids[40:],
        classes=CLASSES,
        plan=Plan(task="movies", preset="standard"),
    )
    by_setting = dict(zip(probed.details["settings"], probed.rounds, strict=True))
    assert len(by_setting) == 2
    first, second = by_setting.values()
    assert first != second


def test_vtab_chooses_on_a_fifth_and_fits_on_all_that_each_seed_drew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scoring.probe_presets.VTAB_ROWS", 50)
    probed = numbers("vtab-1k")
    seed = Plan(task="movies", preset="vtab-1k").seed
    held = np.arange(50) % 5 == 4
    assert (probed.details["train_rows"], len(probed.rounds)) == (50, 5)
    kept = []
    for number, one in enumerate(answers(probed)):
        by = levels(IDS[:200], TARGETS, count=50)
        places = spread(IDS[:200], by, count=50, seed=f"{seed}\0{number}")
        x, y = VECTORS[places], TARGETS[places]
        losses = {}
        for alpha in (1e5, 1e4, 1e3, 1e2, 1e1, 1.0):
            model, scale = scaled_fit(Ridge(alpha=alpha), x[~held], y[~held])
            losses[alpha] = float(np.square(model.predict(scale(x[held])) - y[held]).mean())
        best = min(losses, key=losses.__getitem__)
        assert probed.details["settings"][number] == best
        kept.append(losses[best])
        model, scale = scaled_fit(Ridge(alpha=best), x, y)
        assert one == pytest.approx(model.predict(scale(VECTORS[200:])).tolist())
    assert probed.details["loss"] == pytest.approx(np.mean(kept))
    assert probed.details["loss_sd"] == pytest.approx(np.std(kept, ddof=1))


def test_vtab_takes_all_of_fewer_rows() -> None:
    assert classes("vtab-1k").details["train_rows"] == 200


def test_neighbours_vote_by_cosine() -> None:
    plain = KNeighborsClassifier(n_neighbors=5, metric="cosine").fit(VECTORS[:200], CODES)
    (found,) = answers(classes("knn"))
    near = plain.kneighbors(VECTORS[200:], return_distance=False)
    for one, places, expected in zip(found, near, plain.predict(VECTORS[200:]), strict=True):
        votes = sorted((CODES[places] == code).sum() for code in range(3))
        if votes[-1] > votes[-2]:
            assert one == CLASSES[int(expected)]
        else:  # of two classes with two votes each, the one of the nearest row
            tied = [code for code in CODES[places] if (CODES[places] == code).sum() == votes[-1]]
            assert one == CLASSES[int(tied[0])]


def test_neighbours_numbers_are_averaged() -> None:
    plain = KNeighborsRegressor(n_neighbors=5, metric="cosine").fit(VECTORS[:200], TARGETS)
    assert answers(numbers("knn")) == [pytest.approx(plain.predict(VECTORS[200:]).tolist())]


@pytest.mark.parametrize("preset", PROBE_PRESETS)
def test_order_of_the_train_rows_does_not_matter(preset: str) -> None:
    assert answers(classes(preset, train=TRAIN_CLASSES[::-1])) == answers(classes(preset))
    other = answers(numbers(preset, train=TRAIN_NUMBERS[::-1]))
    for one, again in zip(other, answers(numbers(preset)), strict=True):
        assert one == pytest.approx(again, rel=1e-8)


def test_draws_are_the_same_for_every_submission_and_differ_between_tasks() -> None:
    assert classes("mteb") == classes("mteb")
    assert answers(classes("mteb", task="books")) != answers(classes("mteb"))


@pytest.mark.parametrize("preset", PROBE_PRESETS)
def test_missing_test_rows_change_no_other_answer(preset: str) -> None:
    without = {row_id: vector for row_id, vector in EMBEDDINGS.items() if row_id != "r250"}
    for one, other in zip(classes(preset).rounds, classes(preset, without).rounds, strict=True):
        assert other == {row_id: label for row_id, label in one.items() if row_id != "r250"}
    nothing = {row_id: EMBEDDINGS[row_id] for row_id in IDS[:200]}
    assert all(one == {} for one in classes(preset, nothing).rounds)
    assert all(one == {} for one in numbers(preset, nothing).rounds)


@pytest.mark.parametrize("preset", PROBE_PRESETS)
@pytest.mark.parametrize(
    "vectors",
    [
        np.zeros((300, 3)),
        np.full((300, 2), 1e12),
        RANDOM.normal(size=(300, 4)) * [1e12, 1.0, 1e-200, 0.0],
        RANDOM.normal(size=(300, 4)) * 1e-300,
    ],
    ids=["zeros", "constant", "mixed", "tiny"],
)
def test_odd_embeddings_give_classes_or_are_refused(preset: str, vectors: np.ndarray) -> None:
    odd = {row_id: array("d", row) for row_id, row in zip(IDS, vectors.tolist(), strict=True)}
    try:
        found = answers(classes(preset, odd))
    except ProbeRefused as refused:
        assert refused.code == "probe_overflow"
        return
    assert {name for one in found for name in one} <= set(CLASSES)


def test_a_class_that_no_train_row_has_is_never_an_answer() -> None:
    two = [(row_id, name) for row_id, name in TRAIN_CLASSES if name != "so-so"]
    for preset in PROBE_PRESETS:
        assert {name for one in answers(classes(preset, train=two)) for name in one} <= {
            "bad",
            "good",
        }


def test_presets_are_better_than_chance() -> None:
    truth = [class_of(2 * row[0] + row[1]) for row in VECTORS[200:].tolist()]
    for preset in PROBE_PRESETS:
        for one in answers(classes(preset)):
            assert np.mean([a == b for a, b in zip(one, truth, strict=True)]) > 0.5


def test_a_problem_of_one_row_asks_all_there_is() -> None:
    problem = Problem(
        head=NumberHead(),
        ids=["a", "b"],
        train=np.eye(2),
        targets=np.array([1.0, 3.0]),
        unseen=np.array([[1.0, 0.0]]),
        seed="s",
    )
    assert PRESETS["knn"](problem) == Fitted([[2.0]], {"neighbours": 5})
