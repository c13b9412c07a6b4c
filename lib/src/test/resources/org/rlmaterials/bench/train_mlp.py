"""The network of SurrogateBench in PyTorch, on the same numbers, for comparison. Arguments: steps."""
import resource
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(0)
steps = int(sys.argv[1])
rows, inputs, batch = 4096, 152, 128


class MultiTaskMlp(torch.nn.Module):
    def __init__(self):
        super().__init__()
        layers, size = [], inputs
        for _ in range(3):
            layers += [
                torch.nn.Linear(size, 192),
                torch.nn.SiLU(),
                torch.nn.LayerNorm(192),
                torch.nn.Dropout(0.1),
            ]
            size = 192
        self.trunk = torch.nn.Sequential(*layers)
        self.heads = torch.nn.ModuleList(
            torch.nn.Sequential(torch.nn.Linear(192, 96), torch.nn.SiLU(), torch.nn.Linear(96, 1))
            for _ in range(2)
        )

    def forward(self, x):
        h = self.trunk(x)
        return torch.cat([head(h) for head in self.heads], 1)


x = torch.randn(rows, inputs)
y = torch.stack([torch.sin(x[:, 0]) + x[:, 1], x[:, 2] * x[:, 3]], 1)
mask = torch.rand(rows, 2) > 0.3
net = MultiTaskMlp()
optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
start, processor = time.perf_counter(), time.thread_time()
for step in range(steps):
    at = step % (rows // batch) * batch
    out, m, label = net(x[at : at + batch]), mask[at : at + batch], y[at : at + batch]
    error = torch.nn.functional.smooth_l1_loss(out, label, beta=0.5, reduction="none")
    loss = sum(w * error[:, t][m[:, t]].mean() for t, w in enumerate((1.0, 0.3)))
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    value = loss.item()
seconds, processor = time.perf_counter() - start, time.thread_time() - processor
print(seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, value)
