"""Forms of the organizers' admin. They parse and show; the rules lie in services and checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from unfold import widgets

from accounts.models import User
from competitions.award_sentences import RULES
from competitions.checklist import (
    labels_problem,
    metric_problem,
    settings_problem,
    track_problem,
)
from competitions.format_facts import FORMATS
from competitions.guarantees_field import GuaranteesField
from competitions.kinds import KINDS
from competitions.kinds.base import Family
from competitions.kinds.metric_facts import METRIC_FACTS, metrics_for
from competitions.kinds.shapes import SHAPE_TITLES
from competitions.models import GIB, Award, Competition, Phase, Task, default_formats
from competitions.quantity_text import parse_size, size_text
from competitions.secondary_columns import SECONDARY_COLUMNS
from competitions.services.manage import extension_problem
from competitions.settings_field import TaskSettingsField

if TYPE_CHECKING:
    _CompetitionForm = forms.ModelForm[Competition]
    _PhaseForm = forms.ModelForm[Phase]
    _TaskForm = forms.ModelForm[Task]
    _AwardForm = forms.ModelForm[Award]
else:
    _CompetitionForm = _PhaseForm = _TaskForm = _AwardForm = forms.ModelForm

FORMAT_TITLES = {name: facts.title for name, facts in FORMATS.items()}
_PLACEHOLDER = ("", "Choose")
_AGGREGATION_HELP = (
    "How the points of the tasks become the score that ranks. Weighted mean: the plain average, "
    "where a task of weight 2 counts twice. Mean of category means: tasks of one category count as "
    "one; give every task its category. Weighted geometric mean: rewards models without a weak "
    "task; one task at 0 points makes the final score 0. Interquartile mean: leaves out the best "
    "and the worst quarter of each entry's tasks; for four tasks and more. A failed task is 0 "
    "points under each rule."
)
_GUARD_HELP = (
    "What the public board tells until the close; then all numbers are told. Every score: most "
    "useful to honest participants, and to whoever sends many submissions to find out which "
    "answers are right. Rounding: slows that down, and hides differences below the step. The "
    "Ladder: a submission's public scores are shown only if it beats the participant's best shown "
    "ones by more than one standard error of the difference. Random tries then show almost "
    "nothing; but small real progress stays unseen too, on few public rows for long. Either hides "
    "slices, raw values and formulas until the close. Limits on submissions matter more than any "
    "guard."
)
_MUST_BE_POSITIVE = ("max_upload_bytes", "max_files", "memory_bytes", "cpus", "task_seconds")


def kind_choices() -> list[Any]:
    """Return task kinds for a select box, grouped by family."""
    groups: list[Any] = [_PLACEHOLDER]
    for family in Family:
        kinds = [(kind.slug, kind.title) for kind in KINDS.values() if kind.family is family]
        groups.append((family.capitalize(), kinds))
    return groups


def metric_choices() -> list[Any]:
    """Return metrics for a select box, grouped by what they score."""
    groups: list[Any] = [_PLACEHOLDER]
    for shape, title in SHAPE_TITLES.items():
        names = [(name, METRIC_FACTS[name].title) for name in metrics_for(shape)]
        groups.append((title, names))
    return groups


def rules_as_json() -> str:
    """Return each rule's explanation and fields for the script of the award form."""
    return json.dumps(
        {
            name: {"explanation": words.explanation, "fields": words.fields}
            for name, words in RULES.items()
        }
    )


class SizeField(forms.Field):
    """Bytes, written as people do."""

    widget = widgets.UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        """Show stored bytes with a unit; leave what was typed."""
        return size_text(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """Read bytes with a unit."""
        if value in self.empty_values:
            return None
        try:
            return parse_size(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare bytes, not ways of writing them."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = widgets.UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list as lines; leave what was typed."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read lines; blank ones don't count."""
        text = super().to_python(value) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not spacing."""
        return bool(self.to_python(data) != (initial or []))


class CompetitionForm(_CompetitionForm):
    """A competition's own fields."""

    max_upload_bytes = SizeField(
        label="Upload limit",
        initial=2 * GIB,
        help_text="All files of a submission together, such as 2 GiB.",
    )
    memory_bytes = SizeField(label="Memory per run", initial=4 * GIB, help_text="Such as 4 GiB.")
    allowed_formats = forms.MultipleChoiceField(
        initial=default_formats,
        choices=list(FORMAT_TITLES.items()),
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Models of transformers and onnx are loaded by the platform's own code. The "
        "others run code of the participants, inside the sandbox only: their runs start on "
        "workers alone that hold what is ticked under “What a worker must hold”, or the "
        "recommended set where nothing is.",
    )

    secondary_columns = forms.MultipleChoiceField(
        choices=list(SECONDARY_COLUMNS.items()),
        required=False,
        label="Columns beside the final score",
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Mean win rate: the share of the others that an entry beats, on average over the "
        "tasks. Borda points: how many it beats, over all tasks. Both depend on who else takes "
        "part, so they are shown and rank nobody.",
    )
    required_guarantees = GuaranteesField(label="What a worker must hold")
    organizers = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Staff users who see and change this competition. Who creates it is one of them.",
    )

    class Meta:
        model = Competition
        fields = "__all__"
        labels = {"dtype": "Number type", "public_fraction": "Public share of the test rows"}
        help_texts = {
            "aggregation": _AGGREGATION_HELP,
            "board_guard": _GUARD_HELP,
            "guard_step": "For rounding only, 0.01 to 10. About what chance makes between two "
            "equal models is a fair step: 100 / √n points for n public rows.",
            "details_public": "Show participants slices, calibration and robustness on public rows "
            "before the close. Each finer number tells a little more of the hidden answers. With a "
            "guard they come with the close in any case.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read-only pages have no such field.
        field = self.fields.get("organizers")
        if isinstance(field, forms.ModelMultipleChoiceField):
            chosen = Q(organized_competitions=self.instance) if self.instance.pk else Q()
            people = User.objects.filter(Q(is_staff=True, is_active=True) | chosen)
            field.queryset = people.distinct().order_by("username")

    def clean(self) -> dict[str, Any] | None:
        """Say in plain words what the database would refuse."""
        cleaned = super().clean() or self.cleaned_data
        for name in _MUST_BE_POSITIVE:
            value = cleaned.get(name)
            if value is not None and value <= 0:
                self.add_error(name, "Give a number above 0.")
        task, total = cleaned.get("task_seconds"), cleaned.get("total_seconds")
        if task is not None and total is not None and total < task:
            self.add_error("total_seconds", "A run can't be shorter than one of its tasks.")
        return cleaned


class PhaseForm(_PhaseForm):
    """A phase. Once the competition is published, only its end may move, and only later."""

    class Meta:
        model = Phase
        fields = "__all__"

    def clean_ends_at(self) -> Any:
        """Refuse to cut a published phase short."""
        ends_at = self.cleaned_data["ends_at"]
        if ends_at and self.instance.pk and "ends_at" in self.changed_data:
            stored = Phase.objects.select_related("competition").get(pk=self.instance.pk)
            if problem := extension_problem(stored, ends_at):
                raise ValidationError(problem)
        return ends_at


class TaskForm(_TaskForm):
    """A task: what is asked, how it is scored, how much it counts."""

    description = forms.CharField(
        required=False,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Markdown: what the rows are, where they come from.",
    )
    kind = forms.ChoiceField(choices=kind_choices, widget=widgets.UnfoldAdminSelectWidget)
    metric = forms.ChoiceField(choices=metric_choices, widget=widgets.UnfoldAdminSelectWidget)
    labels = LinesField(
        required=False,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        label="Classes",
        help_text="For classification: one class a line, in the order of the model's outputs. For "
        "recommendation: every item.",
    )
    settings = TaskSettingsField(
        required=False,
        label="Settings",
        help_text="What the kind and the track let you set. What is left empty is as the grey text "
        "says. Line ends within a line are written as \\n, an empty value as (none). Participants "
        "see all of it on the tasks page.",
    )

    class Meta:
        model = Task
        fields = "__all__"
        help_texts = {
            "category": "Such as “Language” or “Vision”. Counts only where the final score is a "
            "mean of category means; then tasks of one category are written alike.",
        }

    def clean(self) -> dict[str, Any] | None:
        """Refuse a metric, a track or classes that don't fit the kind."""
        cleaned = super().clean() or self.cleaned_data
        if {"kind", "metric", "track", "labels", "settings"} & self.errors.keys():
            return cleaned
        named = ("kind", "metric", "track", "labels", "settings", "baseline", "ceiling")
        task = Task(**{name: cleaned.get(name) for name in named}, dataset=self.instance.dataset)
        problems = {
            "metric": metric_problem(task),
            "track": track_problem(task),
            "labels": labels_problem(task),
            "settings": settings_problem(task),
        }
        for field, problem in problems.items():
            if problem:
                self.add_error(field, problem)
        return cleaned


class AwardForm(_AwardForm):
    """An award; its task is one of the competition's own.

    The select box of the rule carries each rule's words and fields, by which the page's script
    shows what matters; without it, all fields are there.
    """

    rule = forms.ChoiceField(
        choices=[_PLACEHOLDER, *Award.Rule.choices],
        widget=widgets.UnfoldAdminSelectWidget(attrs={"data-award-rules": rules_as_json()}),
        help_text="By the private rows. Who reached nothing wins nothing (but a jury's choice).",
    )
    max_memory_bytes = SizeField(
        label="Most memory", required=False, help_text="Of the run, such as 2 GiB."
    )

    class Meta:
        model = Award
        fields = "__all__"
        help_texts = {
            "slice_name": "A name under “slices” in the labels of the task.",
            "max_latency_ms": "95th percentile of single rows, in the slowest task.",
            "max_parameters": "Counted in the files.",
            "no_extra_data": "The submission declares “extra_data: none”.",
            "ties": "What becomes of equal points, as shown with two decimals.",
            "prize": "In words: “A cup”, “1000 € and a talk”.",
        }


class DatasetForm(forms.Form):
    """The files of a dataset version of a draft."""

    inputs = forms.FileField(
        label="Inputs (inputs.jsonl)",
        allow_empty_file=True,
        widget=widgets.UnfoldAdminFileFieldWidget,
        help_text="The test rows without answers. Models see them inside the sandbox.",
    )
    labels = forms.FileField(
        label="Labels (labels.jsonl)",
        allow_empty_file=True,
        widget=widgets.UnfoldAdminFileFieldWidget,
        help_text="The hidden answers. Nobody can download them from this site, you included.",
    )
    train = forms.FileField(
        label="Train split (train.jsonl)",
        required=False,
        allow_empty_file=True,
        widget=widgets.UnfoldAdminFileFieldWidget,
        help_text="Public rows with answers. Needed to probe, to fine-tune and for examples in "
        "prompts; everybody can download them. Leave empty for none.",
    )
    note = forms.CharField(
        required=False,
        max_length=200,
        widget=widgets.UnfoldAdminTextInputWidget,
        help_text="What is new in this version, for your fellow organizers.",
    )


class ImagesForm(DatasetForm):
    """The files of a dataset version whose rows refer to images."""

    files = forms.FileField(  # type: ignore[assignment]  # a form's files by another door
        label="Images (zip)",
        widget=widgets.UnfoldAdminFileFieldWidget,
        help_text="PNG and JPEG files, packed without a folder around them: those that the rows "
        "name, and no others. Models see those of test rows inside the sandbox under new names; "
        "those of train rows can be downloaded by everybody.",
    )


class LabelsForm(DatasetForm):
    """The labels of a new version once the competition is published; the rest is fixed."""

    inputs = None  # type: ignore[assignment]
    train = None  # type: ignore[assignment]
