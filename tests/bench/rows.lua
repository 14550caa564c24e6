-- The rows of the table: rows.lua gives {order = {names}, make = {name = function}, models = {names}}.  make[name]()
-- returns what is timed, which works on tensors that it made before, and how many operations that does (one).  torch_bench.py knows the same rows by the
-- same names.
local rows, order, models = {}, {}, {}

local function row(name, make)
  rows[name] = make
  order[#order + 1] = name
end

local function model(name, make)
  row(name, make)
  models[#models + 1] = name
end

local function hundred_sums(a, b)
  return function()
    for _ = 1, 100 do local _ = a + b end
  end, 100
end

row("a+b 4", function() return hundred_sums(lab.randn(4), lab.randn(4)) end)

row("a+b 4, gradients", function() return hundred_sums(lab.randn({ 4 }, { requires_grad = true }), lab.randn(4)) end)

for _, size in ipairs { 1e5, 1e7 } do
  local function on(name, f)
    row(("%s 1e%d"):format(name, math.floor(math.log(size, 10) + 0.5)), function()
      local a, b = lab.randn(size // 100 | 0, 100), lab.randn(size // 100 | 0, 100)
      return function() return f(a, b) end
    end)
  end
  on("add", function(a, b) return a + b end)
  on("mul", function(a, b) return a * b end)
  on("exp", function(a) return a:exp() end)
  on("sum", function(a) return a:sum() end)
  on("softmax", function(a) return a:softmax(-1) end)
end

row("transpose copy 3000", function()
  local a = lab.randn(3000, 3000)
  return function() return a:t():contiguous() end
end)

for _, n in ipairs { 64, 256, 1024, 2048 } do
  row("matmul " .. n, function()
    local a, b = lab.randn(n, n), lab.randn(n, n)
    return function() return a:matmul(b) end
  end)
end

-- One step of training: forward, loss, backward, optimiser.
local function step(net, loss_fn, opt, x, y)
  return function()
    opt:zero_grad()
    local loss = loss_fn(net(x), y)
    loss:backward()
    opt:step()
  end
end

model("step 1-10-1, 100 rows, SGD", function()
  local net = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
  return step(net, nn.MSELoss(), optim.SGD(net:parameters(), { lr = 0.01 }), lab.randn(100, 1), lab.randn(100, 1))
end)

model("step 20-64-1, 32 rows, Adam", function()
  local net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
  return step(net, nn.BCEWithLogitsLoss(), optim.Adam(net:parameters()), lab.randn(32, 20),
    lab.randn(32, 1):gt(0):float())
end)

model("step 784-256-128-10, 64 rows, Adam", function()
  local net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
  return step(net, nn.CrossEntropyLoss(), optim.Adam(net:parameters()), lab.randn(64, 784), lab.randint(1, 11, { 64 }))
end)

row("load 20,000 x 784, batches of 64", function()
  local set = data.TensorDataset(lab.rand(20000, 784), lab.randint(1, 11, { 20000 }))
  local loader = data.DataLoader(set, { batch_size = 64, shuffle = true })
  return function()
    for _ in loader do end
  end
end)

return { order = order, make = rows, models = models }
