"""The program inside the sandbox: loads a submission and predicts every task's rows.

It runs as ``python -m runner IN OUT`` with the folder above this package on ``PYTHONPATH``, in an
environment that holds torch, transformers, onnxruntime and nothing of the platform. It imports
nothing of the platform either. Only modules of ``formats`` need torch, onnxruntime or tokenizers;
``code``, which runs a participant's ``predict.py``, does without numpy too.
"""
