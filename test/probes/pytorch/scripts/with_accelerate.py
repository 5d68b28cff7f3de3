"""Accelerate, with its accumulation, clipping and prepared objects; progress by tqdm, scalars by
TensorBoard.
"""

import json
import sys
import tempfile

import torch
from accelerate import Accelerator
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

torch.manual_seed(0)
accelerator = Accelerator(cpu=True, gradient_accumulation_steps=2)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)  # @optimizer
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
data = DataLoader(TensorDataset(torch.randn(32, 4), torch.randn(32, 1)), batch_size=8)
model, optimizer, data, scheduler = accelerator.prepare(model, optimizer, data, scheduler)
out = {"loss": [], "rate": []}
with tempfile.TemporaryDirectory() as folder:
    writer = SummaryWriter(folder)
    for _epoch in range(2):
        for x, y in (bar := tqdm(data, file=sys.stderr, disable=True)):
            with accelerator.accumulate(model):
                loss = nn.functional.mse_loss(model(x), y)
                accelerator.backward(loss)  # @backward
                if accelerator.sync_gradients:
                    accelerator.clip_grad_norm_(model.parameters(), 1.0)
                    out["rate"].append(optimizer.param_groups[0]["lr"])
                optimizer.step()  # @step
                scheduler.step()
                optimizer.zero_grad()
                out["loss"].append(loss.item())
                bar.set_postfix(shown=loss.item())
        writer.add_scalar("epoch/loss", loss.item(), _epoch)
    writer.close()
print(json.dumps(out))
