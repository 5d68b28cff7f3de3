"""Losses over every kind of input, one backward pass each; prints what it computed of them by itself."""

import json

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(5)
x = torch.randn(12, 6)
labels = torch.tensor([0, 1, 2, 3] * 3)
ones = (torch.rand(12, 1) > 0.5).float()
wanted = torch.rand(12, 1) * 4 - 2


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(6, 6), nn.Sigmoid())
        self.last = nn.Linear(6, 4)

    def forward(self, inputs):
        hidden = self.gate(inputs) * inputs
        hidden = torch.relu(hidden)
        return F.softmax(self.last(hidden), dim=1)  # @forward-softmax


class Module(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(6, 1),
            nn.Sigmoid(),  # @module-sigmoid
        )

    def forward(self, inputs):
        return self.body(inputs).squeeze(1).clamp(1e-6, 1 - 1e-6)


judge, module = Judge(), Module()
four = nn.Linear(6, 4)  # @four
one = nn.Linear(6, 1)
tail = nn.Sequential(nn.Linear(6, 4), nn.ReLU())
bare = nn.Linear(6, 4, bias=False)
parts = [judge, module, four, one, tail, bare]
optimizer = torch.optim.SGD([p for part in parts for p in part.parameters()], lr=0.01)
out = {}


probabilities = judge(x)
forward_softmax = F.cross_entropy(probabilities, labels)
forward_softmax.backward()
optimizer.step()
module_sigmoid = F.binary_cross_entropy(module(x), ones.squeeze(1))
module_sigmoid.backward()
optimizer.step()
logits = four(x)
out["logits"] = [logits.min().item(), logits.max().item(), logits.std(unbiased=False).item()]
plain = F.cross_entropy(logits, torch.where(labels == 3, torch.tensor(-100), labels))
plain.backward()
optimizer.step()
chances = torch.sigmoid(one(x))  # @assigned-sigmoid
assigned_sigmoid = F.binary_cross_entropy_with_logits(chances, ones)
assigned_sigmoid.backward()
optimizer.step()
in_place = F.nll_loss(F.log_softmax(four(x), dim=1), labels)  # @in-place
in_place.backward()
optimizer.step()
logs = F.nll_loss(torch.log(F.softmax(four(x), dim=1) + 1e-9), labels)
logs.backward()
optimizer.step()
relu = F.cross_entropy(tail(x), labels)
relu.backward()
optimizer.step()
taught, teacher = F.softmax(four(x), 1), judge(x).detach()
summed = F.cross_entropy(bare(x), labels) + F.kl_div(taught, teacher, reduction="batchmean")  # @summed
summed.backward()
optimizer.step()
spoken = F.log_softmax(bare(x[:, None].expand(12, 2, 6)), 2)
sounds = F.ctc_loss(spoken, torch.tensor([[1], [2]]), torch.tensor([12, 12]), torch.tensor([1, 1]))
sounds.backward()
optimizer.step()
tanh = F.mse_loss(torch.tanh(one(x)).double(), wanted.double())
tanh.backward()
optimizer.step()
nobias = F.cross_entropy(bare(x[:, None])[:, 0], labels)
nobias.backward()
optimizer.step()
residual = F.mse_loss(one(x) + one(x.flip(0)), wanted)
residual.backward()
optimizer.step()
scaled = F.cross_entropy(four(x) * 2, labels)
scaled.backward()
optimizer.step()
pieces = F.mse_loss(torch.cat([torch.sigmoid(one(x[:6])), torch.sigmoid(one(x[6:]))]), ones)
pieces.backward()
optimizer.step()
mixed = F.mse_loss(torch.cat([torch.sigmoid(one(x[:6])), one(x[6:])]), ones)
mixed.backward()
optimizer.step()
broadcast = F.mse_loss(one(x), wanted.squeeze(1))  # @broadcast
broadcast.backward()
optimizer.step()
log_sigmoid = F.nll_loss(F.logsigmoid(four(x)), labels)
log_sigmoid.backward()
optimizer.step()
own = (one(x) - wanted).square().mean()
own.backward()
optimizer.step()
print(json.dumps(out))
