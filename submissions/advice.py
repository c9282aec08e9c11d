"""What a participant can do about an error, by its code.

Refusals at the upload gate carry their way out in their own message; these are the codes of runs
and scores, whose messages only say what happened.
"""

from __future__ import annotations

_LIMITS = "The limits stand on the competition's overview."

ADVICE = {
    "model_missing": "Put the model (config.json and model.safetensors, model.onnx, or what your "
    "format has) with its tokenizer at the root of the folder, or into tasks/ followed by the "
    "task's folder name.",
    "missing_head": "The weights lack the layers named above, so they would be random. Fine-tune "
    "the model for this task and save it with its head, into the task's own folder.",
    "wrong_labels": "Train the head with exactly the task's labels, and write them into id2label "
    "of config.json (labels.json for a module of torch). The tasks page lists them in order.",
    "bad_model": "Load the folder on your machine with transformers, onnxruntime or torch, without "
    "a network, and save it again from there.",
    "bad_tokenizer": "Save the tokenizer beside the model: tokenizer.save_pretrained(folder). "
    "tokenizer.json is the safest form.",
    "unsupported_architecture": "Use an architecture that transformers knows without code of its "
    "own, or export the model to ONNX.",
    "timeout": f"Use a smaller or faster model, or shorter inputs. {_LIMITS}",
    "out_of_memory": f"Use a smaller model, or one saved in bfloat16 or float16. {_LIMITS}",
    "output_limit": "The output was larger than any good answer needs. Check the model's output "
    "shape: one label, number or embedding a row.",
    "needs_platform_format": "Save the model for transformers (config.json and "
    "model.safetensors) or export it to ONNX.",
    "not_causal": "Use an architecture that reads from left to right, such as GPT-2; for prompts "
    "also one with an encoder and a decoder, such as T5. Models that read both ways have the task "
    "kind of missing words.",
    "non_finite_output": "The model gave NaN or infinite numbers. Check its weights for them, and "
    "whether it overflows in the competition's number type.",
    "crashed": "Read the log of the sample run on the submission's page, and run the model on your "
    "machine over the train split. If both go well, ask the organizers: they see the other log.",
    "bad_code": "Mend what the message names; the log of the sample run has the whole traceback "
    "and what your code printed. The command dry_run shows both on your machine.",
    "bad_answer": "predict(batch) must return one answer for each input, in their order, of the "
    "shape that the tasks page shows.",
    "failed": "It went well over the public sample rows, so try what hidden rows may have more of: "
    "longer, empty and odd texts, and far more rows. The whole train split is a good test. The "
    "organizers see the log.",
    "bad_predictions": "Each answer must have the shape that the tasks page shows: a label of the "
    "task, or finite numbers. Try empty, very long and odd texts of the train split.",
    "platform_fault": "This was our fault. It is tried again and counts against no limit.",
}
ADVICE["bad_output"] = ADVICE["bad_predictions"]
ADVICE["no_report"] = ADVICE["no_predictions"] = ADVICE["internal"] = ADVICE["crashed"]


# What the prediction reader finds in answers to sample rows (competitions.rows, .kinds).
_SHAPES = frozenset(
    [
        "bad_id",
        "bad_json",
        "boolean",
        "dimension_differs",
        "duplicate_id",
        "duplicate_key",
        "empty_file",
        "empty_line",
        "huge_number",
        "lone_surrogate",
        "missing_key",
        "non_finite",
        "not_an_object",
        "out_of_range",
        "probs_length",
        "probs_range",
        "probs_sum",
        "too_deep",
        "too_many_lines",
        "unknown_id",
        "unknown_key",
        "wrong_type",
    ]
)


def advice(code: str) -> str:
    """Return what to do about an error; an empty string where the message says it all."""
    return ADVICE.get("bad_predictions" if code in _SHAPES else code, "")
