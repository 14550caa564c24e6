"""The rows of rows.lua in PyTorch: torch_bench.py FIFO answers the questions that arrive there;
torch_bench.py --memory ROW does the row a hundred times and prints the most memory of the process, in bytes.

describe -> versions and kernels;  make THREADS ROW -> "ok";  time -> seconds for one operation
"""
import math
import resource
import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SAMPLE = 0.03
rows = {}


def row(name):
    def keep(make):
        rows[name] = make
        return make
    return keep


def hundred_sums(a, b):
    def run():
        for _ in range(100):
            a + b
    return run, 100


@row("a+b 4")
def _():
    return hundred_sums(torch.randn(4), torch.randn(4))


@row("a+b 4, gradients")
def _():
    return hundred_sums(torch.randn(4, requires_grad=True), torch.randn(4))


def on(name, size, f):
    @row(f"{name} 1e{round(math.log10(size))}")
    def _():
        a, b = torch.randn(size // 100, 100), torch.randn(size // 100, 100)
        return lambda: f(a, b)


for size in (100_000, 10_000_000):
    on("add", size, lambda a, b: a + b)
    on("mul", size, lambda a, b: a * b)
    on("exp", size, lambda a, b: a.exp())
    on("sum", size, lambda a, b: a.sum())
    on("softmax", size, lambda a, b: a.softmax(-1))


@row("transpose copy 3000")
def _():
    a = torch.randn(3000, 3000)
    return lambda: a.t().contiguous()


def matmul(n):
    @row(f"matmul {n}")
    def _():
        a, b = torch.randn(n, n), torch.randn(n, n)
        return lambda: a.matmul(b)


for n in (64, 256, 1024, 2048):
    matmul(n)


def step(net, loss_fn, opt, x, y):
    def run():
        opt.zero_grad()
        loss = loss_fn(net(x), y)
        loss.backward()
        opt.step()
    return run


@row("step 1-10-1, 100 rows, SGD")
def _():
    net = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
    return step(net, nn.MSELoss(), torch.optim.SGD(net.parameters(), lr=0.01),
                torch.randn(100, 1), torch.randn(100, 1))


@row("step 20-64-1, 32 rows, Adam")
def _():
    net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    return step(net, nn.BCEWithLogitsLoss(), torch.optim.Adam(net.parameters()),
                torch.randn(32, 20), (torch.randn(32, 1) > 0).float())


@row("step 784-256-128-10, 64 rows, Adam")
def _():
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    return step(net, nn.CrossEntropyLoss(), torch.optim.Adam(net.parameters()),
                torch.randn(64, 784), torch.randint(0, 10, (64,)))


@row("load 20,000 x 784, batches of 64")
def _():
    tensors = TensorDataset(torch.rand(20000, 784), torch.randint(0, 10, (20000,)))
    loader = DataLoader(tensors, batch_size=64, shuffle=True)

    def run():
        for _ in loader:
            pass
    return run


def seconds(f, n):
    start = time.perf_counter()
    for _ in range(n):
        f()
    return time.perf_counter() - start


def repeats(f):
    n, taken = 1, seconds(f, 1)
    while taken < SAMPLE:
        n = max(n + 1, min(10 * n, math.ceil(1.2 * n * SAMPLE / max(taken, 1e-9))))
        taken = seconds(f, n)
    return n


def made(name):
    """What is timed, and how many operations that does."""
    f = rows[name]()
    return f if isinstance(f, tuple) else (f, 1)


def describe():
    config = torch.__config__.show()
    blas = "MKL" if torch.backends.mkl.is_available() else \
        next((word for word in ("OpenBLAS", "Eigen") if word.upper() in config.upper()), "BLAS unknown")
    return (f"PyTorch: {torch.__version__}, Python {sys.version.split()[0]}, {blas}, "
            f"{torch.backends.cpu.get_cpu_capability()}")


def main():
    f, n, operations = None, 0, 1
    for line in open(sys.argv[1]):
        word, *rest = line.rstrip("\n").split(" ", 2)
        if word == "describe":
            answer = describe()
        elif word == "make":
            torch.set_num_threads(int(rest[0]))
            f = None
            f, operations = made(rest[1])
            n, answer = repeats(f), "ok"
        else:
            answer = repr(seconds(f, n) / n / operations)
        print(answer, flush=True)


def memory(name):
    f, _ = made(name)
    for _ in range(100):
        f()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if sys.argv[1] == "--memory":
    memory(sys.argv[2])
else:
    main()
