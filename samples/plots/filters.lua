-- What a linear classifier looks for in each kind of clothes: its weights as pictures, red below 0 and blue above.
lab.manual_seed(1)
local train = data.fashion_mnist { flatten = true }
local model = nn.Sequential(nn.Linear(784, 10))
model:compile { optimizer = { "adamw", lr = 0.003, weight_decay = 0.5 }, loss = "cross_entropy" }
model:fit(train.images:narrow(1, 1, 4000), train.labels:narrow(1, 1, 4000), { epochs = 4, batch_size = 64, verbose = 0 })

local f = plot.filters(model[1].weight:reshape(10, 1, 28, 28), { cols = 5 })
f:show()
