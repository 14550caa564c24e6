-- The weights of a network and their gradients after one batch: does anything vanish or explode?
lab.manual_seed(1)
local set = data.fashion_mnist { train = false, flatten = true }
local net = nn.Sequential(nn.Linear(784, 32), nn.Sigmoid(), nn.Linear(32, 32), nn.Sigmoid(), nn.Linear(32, 10))
nn.functional.cross_entropy(net(set.images:narrow(1, 1, 256)), set.labels:narrow(1, 1, 256)):backward()

local f = plot.weights(net, { max = 6 })
f:show { rows = 48 }
