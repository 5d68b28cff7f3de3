"""torch.compile of a model and of a whole training step; prints losses and how many graphs were made."""

import json

import torch
import torch._dynamo
from torch import nn

torch.manual_seed(4)
graphs = []


def count(module, _inputs):
    graphs.append(len(module.graph.nodes))
    return module.forward


def losses_of(whole):
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x, y = torch.randn(16, 6), torch.randint(0, 3, (16,))
    forward = model if whole else torch.compile(model, backend=count)

    def step():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(forward(x), y)
        loss.backward()
        optimizer.step()
        return loss

    run = torch.compile(step, backend=count) if whole else step
    return [run().item().hex() for _ in range(6)]


out = {"model": losses_of(False)}
out["graphs of model"] = list(graphs)
graphs.clear()
out["step"] = losses_of(True)
out["graphs of step"] = list(graphs)
out["breaks"] = sum(torch._dynamo.utils.counters["graph_break"].values())
out["frames"] = dict(torch._dynamo.utils.counters["frames"])
print(json.dumps(out))
