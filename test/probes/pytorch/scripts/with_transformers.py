"""Hugging Face Trainer with a tiny model from its configuration, accumulation and evaluation each epoch."""

import json
import logging
import sys
import tempfile
import warnings

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.utils import logging as transformers_logging

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
transformers_logging.set_verbosity_error()
out = {"evaluation": [], "norms": [], "losses": []}


class Numbers(torch.utils.data.Dataset):
    def __len__(self):
        return 24

    def __getitem__(self, index):
        return {"input_ids": torch.arange(6) + index % 8, "labels": torch.tensor(index % 2)}


class Keep(TrainerCallback):
    def on_evaluate(self, _args, _state, _control, metrics=None, **_):
        out["evaluation"].append(metrics["eval_loss"])

    def on_log(self, _args, _state, _control, logs=None, **_):
        if "loss" in logs:
            out["norms"].append(logs["grad_norm"])
            out["losses"].append(logs["loss"])


torch.manual_seed(0)
config = BertConfig(
    vocab_size=32,
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=16,
)
model = BertForSequenceClassification(config)  # @model
with tempfile.TemporaryDirectory() as folder:
    arguments = TrainingArguments(
        folder,
        num_train_epochs=2,
        per_device_train_batch_size=4,
        gradient_accumulation_steps=2,
        per_device_eval_batch_size=4,
        eval_strategy="epoch",
        save_strategy="no",
        logging_steps=1,
        learning_rate=1e-3,
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    trainer = Trainer(model, arguments, train_dataset=Numbers(), eval_dataset=Numbers(), callbacks=[Keep()])
    stdout, sys.stdout = sys.stdout, sys.stderr
    trainer.train()  # @train
    sys.stdout = stdout
print(json.dumps(out))
