-- The dashboard of a training loop written by hand.  Its clock here counts a millisecond for each step, so that the
-- picture is the same on every machine; leave that out to see how long things take.
lab.manual_seed(1)
local x = lab.rand(400, 2) * 4 - 2
local y = x:pow(2):sum(2):lt(1.5):to("float32"):unsqueeze(2)
local train = data.DataLoader(data.TensorDataset(x:narrow(1, 1, 300), y:narrow(1, 1, 300)), { batch_size = 30, shuffle = true })
local net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
local opt = optim.Adam(net:parameters(), { lr = 0.02 })
local schedule = optim.lr_scheduler.StepLR(opt, 20)
local time = 0
local run = plot.train { title = "circle", epochs = 30, steps = #train, batch = 30, model = net, rows = 24,
  clock = function() return time end }

local function accuracy(prediction, target) return prediction:gt(0):eq(target:gt(0.5)):to("float32"):mean() end

for _ = 1, 30 do
  for inputs, target in train:iter() do
    local output = net(inputs)
    local loss = lab.binary_cross_entropy_with_logits(output, target)
    opt:zero_grad()
    loss:backward()
    opt:step()
    time = time + 0.001
    run:log { loss = loss, lr = opt.lr, accuracy = accuracy(output, target) }
  end
  schedule:step()
  lab.no_grad(function()
    local output, target = net(x:narrow(1, 301, 100)), y:narrow(1, 301, 100)
    run:val { loss = lab.binary_cross_entropy_with_logits(output, target), accuracy = accuracy(output, target) }
  end)
end
run:done()
