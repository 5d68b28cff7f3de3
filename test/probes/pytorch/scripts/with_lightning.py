"""Lightning with a sanity check, validation, gradient clipping and accumulation."""

import json
import logging
import warnings

import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

warnings.simplefilter("ignore")
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
out = {"loss": [], "validation": []}


class Model(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(5, 3)  # @net

    def training_step(self, batch, _index):
        x, y = batch
        loss = nn.functional.cross_entropy(self.net(x), y)  # @loss
        self.log("train_loss", loss)
        out["loss"].append(loss.item())
        return loss

    def validation_step(self, batch, _index):
        x, y = batch
        loss = nn.functional.cross_entropy(self.net(x), y)
        self.log("val_loss", loss)

    def on_validation_end(self):
        out["validation"].append(float(self.trainer.callback_metrics["val_loss"]))

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)  # @optimizer


L.seed_everything(1, verbose=False)
data = TensorDataset(torch.randn(48, 5), torch.randint(0, 3, (48,)))
trainer = L.Trainer(
    max_epochs=2,
    accelerator="cpu",
    logger=False,
    enable_checkpointing=False,
    enable_progress_bar=False,
    enable_model_summary=False,
    accumulate_grad_batches=2,
    gradient_clip_val=0.5,
)
trainer.fit(Model(), DataLoader(data, batch_size=8), DataLoader(data, batch_size=20))  # @fit
print(json.dumps(out))
