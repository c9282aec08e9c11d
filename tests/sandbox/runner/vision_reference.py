"""What a model says of images, computed the plain way: a program for the runner's Python.

One image at a time, by transformers' own processors. Reads ``[{"folder", "part", "images"}, …]`` on
stdin, part being head, mean, cls, boxes or regions, and prints what each image gives.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
import transformers as hf
from PIL import Image

AUTO = {
    "head": hf.AutoModelForImageClassification,
    "mean": hf.AutoModel,
    "cls": hf.AutoModel,
    "boxes": hf.AutoModelForObjectDetection,
    "regions": hf.AutoModelForSemanticSegmentation,
}


def processor_of(folder: Path) -> Any:
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    return getattr(hf, f"{settings['image_processor_type']}Pil").from_pretrained(folder)


def said(part: str, output: Any, processor: Any, size: tuple[int, int]) -> Any:
    if part == "head":
        return output.logits[0].tolist()
    if part in ("mean", "cls"):
        vectors = output.last_hidden_state[0]
        if vectors.ndim == 3:
            return vectors.mean(dim=(1, 2)).tolist()
        return (vectors.mean(0) if part == "mean" else vectors[0]).tolist()
    if part == "boxes":
        found = processor.post_process_object_detection(
            output, threshold=-1, target_sizes=torch.tensor([size])
        )[0]
        return {name: found[name].tolist() for name in ("boxes", "labels", "scores")}
    found = processor.post_process_semantic_segmentation(output, target_sizes=[size])[0]
    return getattr(found, "segmentation", found).tolist()


def answers(job: dict[str, Any]) -> list[Any]:
    folder = Path(job["folder"])
    processor = processor_of(folder)
    model = AUTO[job["part"]].from_pretrained(folder).eval()
    mode = "L" if getattr(model.config, "num_channels", 3) == 1 else "RGB"
    found = []
    for path in job["images"]:
        image = Image.open(path).convert(mode)
        inputs = processor(images=image, return_tensors="pt")
        with torch.inference_mode():
            output = model(**inputs)
        found.append(said(job["part"], output, processor, (image.height, image.width)))
    return found


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    print(json.dumps([answers(job) for job in json.load(sys.stdin)]))
