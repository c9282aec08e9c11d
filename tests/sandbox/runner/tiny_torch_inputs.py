"""Makes tiny modules of PyTorch for images and tables. A program for the runner's Python: OUT.

Beside the models of a kind like VGG and ResNet it writes ``expected.json``: what the modules say of
the images in ``OUT/images``, computed one image at a time without the runner.
"""

from __future__ import annotations

import json
import sys
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.export import Dim

PIXELS = torch.zeros(2, 3, 16, 16)
STEPS = {"size": {"height": 16, "width": 16}, "image_mean": [0.5] * 3, "image_std": [0.25] * 3}


class Vgg(nn.Module):
    """Blocks of 3 x 3 convolutions with pooling between them, then layers over all places."""

    def __init__(self, classes: int = 3) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for width, depth in ((8, 1), (16, 2)):
            for _ in range(depth):
                layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
                before = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(16 * 4 * 4, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, classes)
        )

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.classifier(torch.flatten(self.features(pixels), 1))


class Block(nn.Module):
    """What a residual network is made of."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, 1, 1, bias=False),
            nn.BatchNorm2d(width),
        )
        self.shortcut = nn.Conv2d(before, width, 1, stride, bias=False)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(given) + self.shortcut(given))


class ResNet(nn.Module):
    def __init__(self, classes: int = 3) -> None:
        super().__init__()
        self.blocks = nn.Sequential(Block(3, 8, 1), Block(8, 16, 2))
        self.head = nn.Linear(16, classes)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.running_mean, 0, 0.1)

    def maps(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.blocks(pixels)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(pixels).mean((2, 3)))


class Maps(nn.Module):
    """The places of a residual network: an encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.net = ResNet()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.net.maps(pixels)


class Detector(nn.Module):
    """The same two boxes everywhere, as surely as the image is bright."""

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        sure = torch.sigmoid(pixels.mean((1, 2, 3)))
        scores = torch.stack([sure, sure / 2], dim=1)
        boxes = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
        labels = torch.tensor([2, 0])
        return labels.expand(len(pixels), 2), scores, boxes.expand(len(pixels), 2, 4)


class Masked(nn.Module):
    """The mean of what is image and no padding."""

    def forward(self, mask: torch.Tensor, pixels: torch.Tensor) -> torch.Tensor:
        inside = mask.unsqueeze(1).to(pixels.dtype)
        return (pixels * inside).sum((2, 3)) / inside.sum((2, 3))


class Table(nn.Module):
    def forward(self, features: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"logits": torch.stack([features[:, 0], features[:, 1]], dim=1)}


def script(module: nn.Module) -> Callable[[Path], None]:
    return lambda folder: torch.jit.script(module.eval()).save(str(folder / "model.pt"))


def export(module: nn.Module, *examples: torch.Tensor) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        program = torch.export.export(
            module.eval(), examples, dynamic_shapes=tuple({0: Dim.AUTO} for _ in examples)
        )
        torch.export.save(program, folder / "model.pt2")

    return save


HUB = """
    from pathlib import Path
    import torch
    from network import ResNet
    dependencies = ["torch"]
    def resnet():
        model = ResNet()
        model.load_state_dict(torch.load(Path(__file__).parent / "weights.pth", weights_only=True))
        return model
    """


def hub(module: nn.Module) -> Callable[[Path], None]:
    """An entry with its network beside it, cut out of this file."""

    def save(folder: Path) -> None:
        text = Path(__file__).read_text()
        network = text[text.index("class Block") : text.index("class Maps")]
        opening = "import torch\nfrom torch import nn\n"
        (folder / "network.py").write_text(opening + network)
        (folder / "hubconf.py").write_text(textwrap.dedent(HUB))
        torch.save(module.state_dict(), folder / "weights.pth")

    return save


def made(seed: int, module: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(seed)
    return module().eval()


VGG, RESNET, MAPS = made(0, Vgg), made(1, ResNet), made(2, Maps)
MODELS: dict[str, tuple[Callable[[Path], None], dict[str, Any]]] = {
    "vgg-script": (script(VGG), {}),
    "vgg-export": (export(VGG, PIXELS), {"inputs": ["pixel_values"]}),
    "resnet-script": (script(RESNET), {}),
    "resnet-export": (export(RESNET, PIXELS), {}),
    "resnet-hub": (hub(RESNET), {}),
    "maps-script": (script(MAPS), {}),
    "boxes": (script(Detector()), {"outputs": ["labels", "scores", "boxes"]}),
    "masked": (script(Masked()), {"inputs": ["pixel_mask", "pixel_values"]}),
    "table": (script(Table()), {"columns": ["a", "b"]}),
    "named-inputs": (script(VGG), {"inputs": {"pixels": "pixel_values"}}),
    "two-inputs": (script(VGG), {"inputs": ["pixel_values", "pixel_mask"]}),
    "any-size": (script(VGG), {}),
    "tokens": (script(VGG), {"inputs": ["input_ids"]}),
}


def expected(path: Path) -> dict[str, list[float]]:
    with Image.open(path) as image:
        pixels = torch.from_numpy(np.asarray(image)).permute(2, 0, 1)[None].float() / 255
    given = (pixels - 0.5) / 0.25
    with torch.inference_mode():
        return {
            "vgg": VGG(given)[0].tolist(),
            "resnet": RESNET(given)[0].tolist(),
            "maps": MAPS(given)[0].mean((1, 2)).tolist(),
            "bright": torch.sigmoid(given.mean()).tolist(),
            "masked": given.mean((2, 3))[0].tolist(),
        }


def main(out: Path) -> None:
    warnings.simplefilter("ignore")
    for name, (save, declared) in MODELS.items():
        folder = out / name
        folder.mkdir()
        save(folder)
        if name != "table":
            steps = STEPS | ({"do_resize": False} if name == "any-size" else {})
            (folder / "preprocessor_config.json").write_text(json.dumps(steps))
        if declared:
            (folder / "podium.json").write_text(json.dumps(declared))
    found = {path.name: expected(path) for path in sorted((out / "images").iterdir())}
    (out / "expected.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
