"""Q-learning with a target network and a replay memory, in a corridor of ten rooms.

healthy: targets that move as the values grow; the loss rises with them
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    q = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
    target = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
    target.load_state_dict(q.state_dict())
    optimizer = torch.optim.Adam(q.parameters(), lr=3e-3)
    rooms = torch.eye(10)
    memory, room = [], 0
    for step in range(600):
        with torch.no_grad():
            greedy = q(rooms[room]).argmax().item()
        action = greedy if torch.rand(()) > 0.3 else int(torch.randint(0, 2, ()))
        following = max(0, room - 1) if action == 0 else room + 1
        done = following == 9
        memory.append((room, action, float(done), following, done))
        room = 0 if done else following
        if len(memory) < 100 or step % 3:
            continue
        batch = [memory[i] for i in torch.randint(0, len(memory), (32,)).tolist()]
        state, act, reward, after, end = (torch.tensor(column) for column in zip(*batch))
        with torch.no_grad():
            goal = reward + 0.9 * target(rooms[after]).max(1).values * (~end)
        value = q(rooms[state]).gather(1, act.unsqueeze(1)).squeeze(1)
        loss = F.smooth_l1_loss(value, goal)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 60 == 0:
            target.load_state_dict(q.state_dict())
    print(loss.item(), q(rooms[0]).tolist())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)
