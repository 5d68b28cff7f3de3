/** Trainings whose numbers are the same on every machine, but for rounding. */

/** Batch 5 has a zero in it, of which the second module takes the logarithm. */
export const NAN = `
import torch
from torch import nn

class Log(nn.Module):
    def forward(self, x):
        return torch.log(x)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Identity()
        self.logarithm = Log()
        self.last = nn.Linear(2, 1)

    def forward(self, x):
        return self.last(self.logarithm(self.first(x)))

torch.manual_seed(0)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for batch in range(8):
    x = torch.full((4, 2), 2.0)
    if batch == 5:
        x[0, 0] = 0.0
    loss = nn.functional.mse_loss(model(x), torch.ones(4, 1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
`;

/** Prints the loss of each step. */
export const LINE = `
import torch

def train(steps):
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    for step in range(steps):
        loss = torch.nn.functional.mse_loss(model(torch.ones(4, 3)), torch.zeros(4, 1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(step, loss.item(), optimizer.param_groups[0]["lr"], flush=True)

train(12)
`;

/** The same line with TensorFlow.js, its weights given rather than drawn. */
export const LINE_TFJS = `
const tf = require('@tensorflow/tfjs');

const weights = tf.variable(tf.tensor2d([[0.5], [0.25], [-0.5]]));
const optimizer = tf.train.momentum(0.01, 0.5);
for (let step = 0; step < 12; step++) {
  optimizer.minimize(() => tf.losses.meanSquaredError(tf.zeros([4, 1]), tf.matMul(tf.ones([4, 3]), weights)));
  console.log(step, optimizer.learningRate, weights.dataSync()[0].toFixed(6));
}
`;
