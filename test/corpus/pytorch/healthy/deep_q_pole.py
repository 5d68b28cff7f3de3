"""Deep Q-learning of a pole on a cart: targets of a copy that is renewed now and then, each time higher.

healthy: a squared error that jumps and rises with the values it is learned from
"""
import argparse
import copy
import math
import random

import torch
import torch.nn.functional as F
from torch import nn


class Pole:
    def reset(self):
        self.state = [random.uniform(-0.05, 0.05) for _ in range(4)]
        return self.state

    def step(self, action):
        x, speed, angle, turn = self.state
        sine, cosine = math.sin(angle), math.cos(angle)
        push = (10 if action else -10) / 1.1 + 0.05 / 1.1 * turn**2 * sine
        spin = (9.8 * sine - cosine * push) / (0.5 * (4 / 3 - 0.1 * cosine**2 / 1.1))
        move = push - 0.05 / 1.1 * spin * cosine
        self.state = [x + 0.02 * speed, speed + 0.02 * move, angle + 0.02 * turn, turn + 0.02 * spin]
        return self.state, abs(self.state[0]) > 2.4 or abs(self.state[2]) > 0.21


def main(seed):
    random.seed(seed)
    torch.manual_seed(seed)
    q = nn.Sequential(nn.Linear(4, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 2))
    target = copy.deepcopy(q)
    optimizer = torch.optim.Adam(q.parameters(), lr=2.5e-4)
    pole, memory, lengths = Pole(), [], [0]
    state = pole.reset()
    for step in range(8000):
        if random.random() < max(0.05, 1 - step / 5000):
            action = random.randrange(2)
        else:
            with torch.no_grad():
                action = int(q(torch.tensor(state)).argmax())
        after, done = pole.step(action)
        memory.append((state, action, after, float(done)))
        lengths[-1] += 1
        if done:
            lengths.append(0)
        state = pole.reset() if done else after
        if step < 1000 or step % 10:
            continue
        states, actions, afters, ends = (torch.tensor(part) for part in zip(*random.sample(memory, 128)))
        with torch.no_grad():
            goal = 1 + 0.99 * target(afters).max(1).values * (1 - ends)
        value = q(states).gather(1, actions[:, None]).squeeze(1)
        loss = F.mse_loss(goal, value)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 500 == 0:
            target.load_state_dict(q.state_dict())
            print(step, loss.item(), sum(lengths[-10:]) / 10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)
