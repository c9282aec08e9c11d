"""Makes tiny models of images with random weights. A program for the runner's Python: OUT [NAME …].

Sizes are 16 wide; every folder has the preprocessor of its architecture. The model of a name is
always the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers as hf
from safetensors.torch import load_file, save_file

NAMES = {0: "dog", 1: "cat", 2: "bird"}
LABELS = {"id2label": NAMES, "label2id": {name: place for place, name in NAMES.items()}}
SQUARE = {"height": 32, "width": 32}
FREE = {"shortest_edge": 48, "longest_edge": 80}
WIDTH = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}
RESNET = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic"}
DETR = {
    "d_model": 16,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "num_queries": 7,
}


def save(folder: Path, model: Any, processor: Any) -> None:
    for buffer in (module for module in model.modules() if hasattr(module, "running_var")):
        buffer.running_mean.normal_(0, 0.1)
        buffer.running_var.uniform_(0.5, 1.5)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def change(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def vit_config(**extra: Any) -> Any:
    return hf.ViTConfig(**WIDTH, image_size=32, patch_size=8, **(LABELS | extra))


def vit(folder: Path) -> None:
    save(
        folder,
        hf.ViTForImageClassification(vit_config()),
        hf.ViTImageProcessorPil(size=SQUARE),
    )


def grey_vit(folder: Path) -> None:
    """One channel, as for digits."""
    processor = hf.ViTImageProcessorPil(size=SQUARE, image_mean=[0.5], image_std=[0.5])
    save(folder, hf.ViTForImageClassification(vit_config(num_channels=1)), processor)


def resnet(folder: Path) -> None:
    processor = hf.ConvNextImageProcessorPil(size={"shortest_edge": 32})
    save(folder, hf.ResNetForImageClassification(hf.ResNetConfig(**RESNET, **LABELS)), processor)


def vit_encoder(folder: Path) -> None:
    save(folder, hf.ViTModel(vit_config()), hf.ViTImageProcessorPil(size=SQUARE))


def resnet_encoder(folder: Path) -> None:
    """Images keep their proportions, so that their maps have unequal sizes."""
    processor = hf.MobileNetV1ImageProcessorPil(size={"shortest_edge": 40}, do_center_crop=False)
    save(folder, hf.ResNetModel(hf.ResNetConfig(**RESNET)), processor)


def detr(folder: Path) -> None:
    backbone = hf.ResNetConfig(**RESNET, out_features=["stage2"])
    config = hf.DetrConfig(use_timm_backbone=False, backbone_config=backbone, **DETR, **LABELS)
    save(folder, hf.DetrForObjectDetection(config), hf.DetrImageProcessorPil(size=FREE))


def yolos(folder: Path) -> None:
    config = hf.YolosConfig(
        **WIDTH, image_size=[48, 80], patch_size=16, num_detection_tokens=6, **LABELS
    )
    save(folder, hf.YolosForObjectDetection(config), hf.YolosImageProcessorPil(size=FREE))


def deformable_detr(folder: Path) -> None:
    """No class for “no object”: its scores are sigmoids."""
    backbone = hf.ResNetConfig(**RESNET, out_features=["stage1", "stage2"])
    config = hf.DeformableDetrConfig(
        use_timm_backbone=False,
        backbone_config=backbone,
        num_feature_levels=2,
        **(DETR | {"d_model": 32, "decoder_layers": 2}),
        **LABELS,
    )
    processor = hf.DeformableDetrImageProcessorPil(size=FREE)
    save(folder, hf.DeformableDetrForObjectDetection(config), processor)


def segformer(folder: Path) -> None:
    config = hf.SegformerConfig(
        num_encoder_blocks=2,
        depths=[1, 1],
        sr_ratios=[2, 1],
        hidden_sizes=[8, 16],
        patch_sizes=[7, 3],
        strides=[4, 2],
        num_attention_heads=[1, 2],
        mlp_ratios=[2, 2],
        decoder_hidden_size=16,
        **LABELS,
    )
    processor = hf.SegformerImageProcessorPil(size={"height": 64, "width": 64})
    save(folder, hf.SegformerForSemanticSegmentation(config), processor)


def missing_head(folder: Path) -> None:
    """A configuration with labels, weights without the head."""
    vit(folder)
    weights = load_file(folder / "model.safetensors")
    body = {name: tensor for name, tensor in weights.items() if name.startswith("vit.")}
    save_file(body, folder / "model.safetensors", metadata={"format": "pt"})


def no_preprocessor(folder: Path) -> None:
    vit(folder)
    (folder / "preprocessor_config.json").unlink()


def other_size(folder: Path) -> None:
    """The preprocessor makes other images than the model was made for."""
    vit(folder)
    change(folder / "preprocessor_config.json", size={"height": 40, "width": 40})


def own_steps(folder: Path) -> None:
    vit(folder)
    change(folder / "preprocessor_config.json", do_thumbnail=True)


def other_labels(folder: Path) -> None:
    vit(folder)
    change(folder / "config.json", id2label={"0": "fox", "1": "cat", "2": "bird"})


def cut_detector(folder: Path) -> None:
    detr(folder)
    change(folder / "preprocessor_config.json", do_center_crop=True, crop_size=SQUARE)


def timm_backbone(folder: Path) -> None:
    """Its backbone needs a library that the sandbox does not have."""
    detr(folder)
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["backbone_config"] = {"model_type": "timm_backbone", "backbone": "resnet18"}
    path.write_text(json.dumps(config))


def bert(folder: Path) -> None:
    """An architecture that reads no images."""
    config = hf.BertConfig(**WIDTH, vocab_size=9)
    save(folder, hf.BertModel(config), hf.ViTImageProcessorPil(size=SQUARE))


def clip(folder: Path) -> None:
    """A model of images beside one of texts."""
    images = {**WIDTH, "image_size": 32, "patch_size": 8}
    texts = {**WIDTH, "vocab_size": 9, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    config = hf.CLIPConfig(vision_config=images, text_config=texts, projection_dim=16)
    save(folder, hf.CLIPModel(config), hf.CLIPImageProcessorPil(size=SQUARE, crop_size=SQUARE))


def clip_images(folder: Path) -> None:
    """The former's part for images alone."""
    config = hf.CLIPVisionConfig(**WIDTH, image_size=32, patch_size=8)
    save(folder, hf.CLIPVisionModel(config), hf.ViTImageProcessorPil(size=SQUARE))


MODELS: dict[str, Callable[[Path], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        vit,
        grey_vit,
        resnet,
        vit_encoder,
        resnet_encoder,
        detr,
        yolos,
        deformable_detr,
        segformer,
        missing_head,
        no_preprocessor,
        other_size,
        own_steps,
        other_labels,
        cut_detector,
        timm_backbone,
        bert,
        clip,
        clip_images,
    )
}


def main(out: Path, names: list[str]) -> None:
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    for name in names or MODELS:
        torch.manual_seed(0)
        (out / name).mkdir(parents=True)
        MODELS[name](out / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
