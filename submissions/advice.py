"""What a participant can do about an error, by its code.

Refusals at the upload gate carry their way out in their own message; these are the codes of runs
and scores, whose messages only say what happened.
"""

from __future__ import annotations

_LIMITS = "The limits stand on the competition's overview."

ADVICE = {
    "model_missing": "Put config.json and model.safetensors (or model.onnx) with the tokenizer at "
    "the root of the folder, or into tasks/ followed by the task's folder name.",
    "missing_head": "The weights lack the layers named above, so they would be random. Fine-tune "
    "the model for this task and save it with its head, into the task's own folder.",
    "wrong_labels": "Train the head with exactly the task's labels, and write them into id2label "
    "of config.json. The tasks page lists them in order.",
    "bad_model": "Load the folder on your machine with transformers or onnxruntime, without a "
    "network, and save it again from there.",
    "bad_tokenizer": "Save the tokenizer beside the model: tokenizer.save_pretrained(folder). "
    "tokenizer.json is the safest form.",
    "unsupported_architecture": "Use an architecture that transformers knows without code of its "
    "own, or export the model to ONNX.",
    "timeout": f"Use a smaller or faster model, or shorter inputs. {_LIMITS}",
    "out_of_memory": f"Use a smaller model, or one saved in bfloat16 or float16. {_LIMITS}",
    "output_limit": "The output was larger than any good answer needs. Check the model's output "
    "shape: one label, number or embedding a row.",
    "non_finite_output": "The model gave NaN or infinite numbers. Check its weights for them, and "
    "whether it overflows in the competition's number type.",
    "crashed": "Run the model on your machine over the train split first. If it works there, ask "
    "the organizers: they see the log.",
    "platform_fault": "This was our fault. It is tried again and counts against no limit.",
}
ADVICE["no_report"] = ADVICE["no_predictions"] = ADVICE["internal"] = ADVICE["crashed"]


def advice(code: str) -> str:
    """Return what to do about an error; an empty string where the message says it all."""
    return ADVICE.get(code, "")
