-- A shirt or something else?  One layer and two, compared by their ROC curves.
lab.manual_seed(1)
local train, test = data.fashion_mnist { flatten = true }, data.fashion_mnist { train = false, flatten = true }
local function scores_of(net)
  net:compile { optimizer = { "adam", lr = 0.003 }, loss = "bce_with_logits" }
  local shirts = train.labels:narrow(1, 1, 3000):eq(7):to "float32":unsqueeze(2)
  net:fit(train.images:narrow(1, 1, 3000), shirts, { epochs = 2, batch_size = 64, verbose = 0 })
  return net:predict(test.images:narrow(1, 1, 2000))
end
local one = scores_of(nn.Sequential(nn.Linear(784, 1)))
local two = scores_of(nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 1)))

local f = plot.roc(test.labels:narrow(1, 1, 2000):eq(7), { one, two }, { label = { "one layer", "two layers" } })
f:show()
