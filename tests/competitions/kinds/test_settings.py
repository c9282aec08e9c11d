"""Settings: what is given, what a preset says, what is the default."""

from competitions.kinds import get_kind
from competitions.kinds.settings import Setting, setting_problems, with_defaults
from competitions.kinds.tracks import TRACKS

SETTINGS = {
    "preset": Setting(
        title="P", default="plain", choices={"plain": "Plain", "large": "Large"}, help="-"
    ),
    "size": Setting(title="S", default=1, high=100, help="-"),
    "rate": Setting(title="R", default=0.5, help="-"),
}
PRESETS = {"plain": {}, "large": {"size": 50}}


def test_a_given_value_wins_over_the_preset_and_that_over_the_default() -> None:
    assert with_defaults(SETTINGS, {}, PRESETS) == {"preset": "plain", "size": 1, "rate": 0.5}
    assert with_defaults(SETTINGS, {"preset": "large"}, PRESETS)["size"] == 50
    assert with_defaults(SETTINGS, {"preset": "large", "size": 2}, PRESETS)["size"] == 2


def test_every_preset_holds_good_values_of_known_settings() -> None:
    for track in TRACKS.values():
        for name, values in track.presets.items():
            assert setting_problems(track.settings, {"preset": name, **values}) == []


def test_every_preset_can_be_chosen_and_every_choice_is_one() -> None:
    for track in TRACKS.values():
        if track.presets:
            assert track.settings["preset"].choices.keys() == track.presets.keys()


def test_problems_name_a_setting_as_forms_and_as_files_do() -> None:
    assert setting_problems(SETTINGS, {"size": 101}) == ["“S” (size) must lie within 0 and 100."]


def test_glue_trains_as_the_authors_of_bert_did() -> None:
    settings = get_kind("text_classification").all_settings("finetune", {"preset": "glue"})
    chosen = [settings[name] for name in ("learning_rate", "batch_size", "max_length", "epochs")]
    assert chosen == [2e-5, 32, 128, 3]
