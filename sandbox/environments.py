"""What may be installed beside the runner: PyTorch and TensorFlow never share an environment.

Each holds its own numpy, protobuf and thread pools, and a program that imports both pays for both.
A backend keeps one Python, or one image, for each; a run asks for one by its name.
"""

TORCH = "torch"
TENSORFLOW = "tensorflow"
ENVIRONMENTS = (TORCH, TENSORFLOW)
"""The first is the one of every backend: workers are proved in it."""
