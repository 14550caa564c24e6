-- A small network learns the sine from 100 noisy points: 1-10-1 with ReLU, plain gradient descent.  The loop is written by
-- hand, to show what model:fit does for you (linear_regression.lua).
lab.manual_seed(arg and tonumber(arg[1]) or 1)

local x = lab.linspace(-3, 3, 100):unsqueeze(2)
local y = lab.sin(x) + 0.1 * lab.randn(100, 1)

local net = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
local loss_fn = nn.MSELoss()
local opt = optim.SGD(net:parameters(), { lr = 0.01 })

local first, last
for epoch = 1, 100 do
  local loss = loss_fn(net(x), y)
  opt:zero_grad()
  loss:backward()
  opt:step()
  last = loss:item()
  first = first or last
  if epoch % 10 == 0 then print(string.format("epoch %3d   loss %.4f", epoch, last)) end
end

local prediction = lab.no_grad(function() return net(x) end)
plot.figure { title = "sin(x) + noise" }
  :scatter { x = x, y = y, label = "data" }
  :line { x = x, y = prediction, label = "network" }
  :show()

assert(last < first and last < 0.3, "the network has learned something")
print(string.format("loss %.4f after 100 epochs (%.4f at first)", last, first))
