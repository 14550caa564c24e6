-- What a small network takes pictures for: right ones have a ✓, others a ✗ and what they are.
lab.manual_seed(1)
local train, test = data.fashion_mnist { flatten = true }, data.fashion_mnist { train = false }
local model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
model:compile { optimizer = { "adam", lr = 0.003 }, loss = "cross_entropy" }
model:fit(train.images:narrow(1, 1, 6000), train.labels:narrow(1, 1, 6000), { epochs = 4, batch_size = 64, verbose = 0 })

local x, labels = test.images:narrow(1, 11, 15), test.labels:narrow(1, 11, 15)
local f = plot.images(x, { titles = labels, pred = model:predict(x:flatten(2)), names = test.classes })
f:show()
