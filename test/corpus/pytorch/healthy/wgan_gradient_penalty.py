"""A Wasserstein GAN with gradient penalty: several critic steps for one of the generator.

healthy: losses that are negative and drift, and a double backward
"""
import argparse

import torch
from torch import nn


def penalty(critic, real, fake):
    weight = torch.rand(len(real), 1)
    mixed = (weight * real + (1 - weight) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def main(seed):
    torch.manual_seed(seed)
    generator = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    critic = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.0, 0.9))
    optimizer_c = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.9))
    for step in range(80):
        for _ in range(3):
            real = torch.randn(64, 2) * 0.3 + torch.tensor([1.0, -1.0])
            fake = generator(torch.randn(64, 4)).detach()
            critic_loss = critic(fake).mean() - critic(real).mean() + 10 * penalty(critic, real, fake)
            optimizer_c.zero_grad()
            critic_loss.backward()
            optimizer_c.step()
        generator_loss = -critic(generator(torch.randn(64, 4))).mean()
        optimizer_g.zero_grad()
        generator_loss.backward()
        optimizer_g.step()
        if step % 20 == 0:
            print(step, critic_loss.item(), generator_loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)
