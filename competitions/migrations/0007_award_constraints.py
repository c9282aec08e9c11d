from django.db import migrations, models


class Migration(migrations.Migration):
    """After the data have moved: a constraint looks at what is there."""

    dependencies = [
        ("competitions", "0006_award_rules"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='award',
            name='award_ranks_in_order',
            constraint=models.CheckConstraint(condition=models.Q(('rank_from__gte', 1), ('rank_to__gte', models.F('rank_from'))), name='award_ranks_in_order', violation_error_message='Places start at 1, and the last is not before the first.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rule__in', ['task_rank', 'worst_group']), ('task__isnull', False)), models.Q(models.Q(('rule__in', ['task_rank', 'worst_group']), _negated=True), ('task__isnull', True)), _connector='OR'), name='award_task_only_for_its_rules', violation_error_message='Name a task for a rule of one task, and only then.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rule', 'worst_group'), models.Q(('slice_name', ''), _negated=True)), models.Q(models.Q(('rule', 'worst_group'), _negated=True), ('slice_name', '')), _connector='OR'), name='award_slice_only_for_worst_group', violation_error_message='Name a slice for the worst group, and only then.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rule', 'constraints'), models.Q(('max_latency_ms__isnull', True), ('max_memory_bytes__isnull', True), ('max_parameters__isnull', True), ('no_extra_data', False), _negated=True)), models.Q(models.Q(('rule', 'constraints'), _negated=True), ('max_latency_ms__isnull', True), ('max_memory_bytes__isnull', True), ('max_parameters__isnull', True), ('no_extra_data', False)), _connector='OR'), name='award_constraints_only_for_its_rule', violation_error_message='Give a constraint (parameters, latency, memory or no extra data) for “Best under constraints”, and only then.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('max_parameters__isnull', True), ('max_parameters__gt', 0), _connector='OR'), models.Q(('max_latency_ms__isnull', True), ('max_latency_ms__gt', 0), _connector='OR'), models.Q(('max_memory_bytes__isnull', True), ('max_memory_bytes__gt', 0), _connector='OR')), name='award_constraints_above_0', violation_error_message='Constraints are numbers above 0.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('prize_amount__isnull', True), ('prize_currency', '')), models.Q(('prize_amount__gt', 0), models.Q(('prize_currency', ''), _negated=True)), _connector='OR'), name='award_amount_has_currency', violation_error_message='An amount needs a currency, and a currency an amount.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ties', 'split'), _negated=True), ('prize_amount__isnull', False), _connector='OR'), name='award_divided_prize_has_amount', violation_error_message='Give the amount that is divided between equal points.'),
        ),
    ]
