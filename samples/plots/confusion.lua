-- Which clothes a small network confuses: 2,000 pictures that it was not trained on.
lab.manual_seed(1)
local names = { "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot" }
local train, test = data.fashion_mnist { flatten = true }, data.fashion_mnist { train = false, flatten = true }
local model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
model:compile { optimizer = { "adam", lr = 0.003 }, loss = "cross_entropy" }
model:fit(train.images:narrow(1, 1, 6000), train.labels:narrow(1, 1, 6000), { epochs = 4, batch_size = 64, verbose = 0 })

local predicted = model:predict(test.images:narrow(1, 1, 2000)):argmax(2)
local f = plot.confusion(test.labels:narrow(1, 1, 2000), predicted, { names = names })
f:show()
