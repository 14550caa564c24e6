-- Which learning rate to take: the loss while the rate grows from step to step.
lab.manual_seed(1)
local train = data.fashion_mnist { flatten = true }
local net = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
local opt = optim.SGD(net:parameters(), { lr = 0.1, momentum = 0.9 })
local at = 0
local found = optim.find_lr(opt, function()
  local x, y = train.images:narrow(1, at * 64 + 1, 64), train.labels:narrow(1, at * 64 + 1, 64)
  at = at + 1
  opt:zero_grad()
  local loss = nn.functional.cross_entropy(net(x), y)
  loss:backward()
  opt:step()
  return loss
end, { min = 1e-4, max = 10, steps = 80 })

local f = plot.lr_finder(found, { title = "SGD with momentum" })
f:show()
