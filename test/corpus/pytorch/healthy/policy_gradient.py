"""REINFORCE with a value function on a walk along a line; returns grow as the policy learns.

healthy: losses without meaning, negative at times, and a value loss that rises with the returns
"""
import argparse

import torch
from torch import nn
from torch.distributions import Categorical

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 32), nn.Tanh())
        self.policy = nn.Linear(32, 2)
        self.value = nn.Linear(32, 1)

    def forward(self, state):
        hidden = self.body(state)
        return Categorical(logits=self.policy(hidden)), self.value(hidden).squeeze(-1)


def episode(model):
    """A pole-like walk: stay near the middle as long as possible; a reward for each step."""
    position, speed = torch.zeros(()), 0.1 * torch.randn(())
    terms = []
    while abs(position) < 1 and len(terms) < 60:
        policy, value = model(torch.stack([position, speed]))
        action = policy.sample()
        terms.append((policy.log_prob(action), value))
        speed = speed + (0.1 if action == 1 else -0.1) + 0.05 * position
        position = position + 0.3 * speed
    returns = torch.arange(len(terms), 0, -1).float()
    log_probs, values = (torch.stack(list(column)) for column in zip(*terms))
    return log_probs, values, returns


model = ActorCritic()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(60):
    log_probs, values, returns = episode(model)
    advantage = returns - values
    policy_loss = -(log_probs * (advantage.detach() / (returns.std() + 1))).mean()
    value_loss = nn.functional.mse_loss(values, returns)
    loss = policy_loss + 0.5 * value_loss
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(step, len(returns), loss.item())
