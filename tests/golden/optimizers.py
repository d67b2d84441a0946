"""Writes optimizers.json: steps of torch.optim in float64, from a fixed seed.

    pip install torch && python tests/golden/optimizers.py > tests/golden/optimizers.json
"""

import json

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)
STEPS = 12
start = torch.randn(5)
gradients = [torch.randn(5) * torch.tensor([1, 1e-3, 10, 1, 0]) for _ in range(STEPS)]

CASES = [
    ("radam", torch.optim.RAdam, {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8}),
    ("radam", torch.optim.RAdam, {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.95, "eps": 1e-8, "centered": True}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 0.01, "centered": True, "momentum": 0.5, "weight_decay": 0.1}),
]


def run(kind, make, options):
    parameters = start.clone().requires_grad_()
    optimizer = make([parameters], **options)
    steps = []
    for gradient in gradients:
        parameters.grad = gradient.clone()
        optimizer.step()
        steps.append(parameters.tolist())
    return {"kind": kind, "options": options, "steps": steps}


print(json.dumps({"start": start.tolist(), "gradients": [g.tolist() for g in gradients], "cases": [run(*case) for case in CASES]}))
