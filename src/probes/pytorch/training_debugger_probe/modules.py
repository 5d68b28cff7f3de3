"""Which module's import is of interest, and the file and function of the probe that looks after it."""

from __future__ import annotations

HOOKS: dict[str, tuple[str, str]] = {
    "torch": ("torch_hooks", "install"),
    "torch._dynamo": ("compiler", "leave_probe_alone"),
    "torch.utils.data.dataloader": ("loaders", "install"),
    "torch.optim.lr_scheduler": ("schedulers", "install"),
    "torch.amp.grad_scaler": ("scaler_steps", "install"),
    "torch.cuda.amp.grad_scaler": ("scaler_steps", "install"),
    "torch.utils.tensorboard.writer": ("metrics", "watch_tensorboard"),
    "tensorboardX.writer": ("metrics", "watch_tensorboard"),
    "wandb.sdk.wandb_run": ("metrics", "watch_wandb"),
    "lightning.pytorch.core.module": ("metrics", "watch_lightning"),
    "pytorch_lightning.core.module": ("metrics", "watch_lightning"),
    "tqdm.std": ("metrics", "watch_tqdm"),
    "mlflow.tracking.fluent": ("metrics", "watch_mlflow"),
    "numpy": ("seeds", "seed_numpy"),
}

# Imported by torch itself: `torch_hooks` looks after them when torch is complete.
PARTS_OF_TORCH = (
    "torch.utils.data.dataloader",
    "torch.optim.lr_scheduler",
    "torch.amp.grad_scaler",
    "torch.cuda.amp.grad_scaler",
)
