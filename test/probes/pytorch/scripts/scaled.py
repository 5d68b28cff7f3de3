"""Mixed precision with GradScaler on the CPU: one step in which the gradients overflow, clipping after
unscaling.
"""

import json
import math
import sys

import torch
from torch import nn

scaled = "clip-scaled" in sys.argv
torch.manual_seed(2)
model = nn.Linear(6, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=3)
x, y = torch.randn(16, 6), torch.randint(0, 3, (16,))
out = {"loss": [], "grad": [], "scale": [], "skipped": []}
for step in range(8):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = nn.functional.cross_entropy(model(x), y)
    scaler.scale(loss).backward()
    if step == 4:
        model.weight.grad[0, 0] = float("inf")
    grad = (
        math.sqrt(sum(float((p.grad.double() ** 2).sum()) for p in model.parameters())) / scaler.get_scale()
    )
    out["scale"].append(scaler.get_scale())
    if step % 2:
        if not scaled:
            scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 0.01)
    before = model.weight.detach().clone()
    scaler.step(optimizer)
    scaler.update()
    out["loss"].append(loss.item())
    out["grad"].append(grad)
    out["skipped"].append(float(torch.equal(before, model.weight)))
print(json.dumps(out))
