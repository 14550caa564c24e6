-- The search for a good learning rate: on a grid, then at random, each setting with five seeds.
--
-- The learning rate is the setting that matters most.  Too small, and the network has not learned anything when the time is
-- up; too large, and it jumps about.  Good rates lie within a factor of ten or so, so one looks at powers of ten, not at
-- 0.1, 0.2, 0.3.  One run proves little: the weights begin at random, so every setting is run with several seeds, and what
-- counts is the mean, and how far the runs lie apart.
local SEEDS, EPOCHS, BATCH = 5, 20, 32

-- Two half moons that reach into each other.
local function moons(n)
  local angle = lab.rand(n) * math.pi
  local upper = lab.rand(n):gt(0.5):to "float32"
  local x = lab.cos(angle) * upper + (1 - lab.cos(angle)) * (1 - upper)
  local y = lab.sin(angle) * upper + (0.5 - lab.sin(angle)) * (1 - upper)
  return lab.stack({ x, y }, 2) + 0.15 * lab.randn(n, 2), upper:unsqueeze(2)
end

lab.manual_seed(1)
local x, y = moons(400)
local x_val, y_val = moons(400)

-- The validation loss and accuracy of one setting and seed.
local function run(setting, seed)
  lab.manual_seed(seed)
  local model = nn.Sequential(nn.Linear(2, setting.hidden), nn.ReLU(), nn.Linear(setting.hidden, 1))
  model:compile { optimizer = { "sgd", lr = setting.lr, momentum = 0.9 }, loss = "bce_with_logits", metrics = { "accuracy" } }
  model:fit(x, y, { epochs = EPOCHS, batch_size = BATCH, verbose = 0 })
  local result = model:evaluate(x_val, y_val)
  return result.loss, result.accuracy
end

-- Runs a setting with every seed; adds the mean loss, how far apart the losses are, and the mean accuracy to it.
local function try(setting)
  local losses, right = {}, 0
  for seed = 1, SEEDS do
    local loss, accuracy = run(setting, seed)
    losses[seed], right = loss, right + accuracy / SEEDS
  end
  local all = lab.tensor(losses, { dtype = "float64" })
  setting.loss, setting.spread, setting.accuracy = all:mean():item(), all:std():item(), right
  return setting
end

local function print_table(title, settings)
  table.sort(settings, function(a, b) return a.loss < b.loss end)
  print(title .. "\n   learning rate   hidden   validation loss     accuracy")
  for _, s in ipairs(settings) do
    print(string.format("   %13.4f   %6d   %6.3f ± %-6.3f     %6.1f %%", s.lr, s.hidden, s.loss, s.spread, 100 * s.accuracy))
  end
end

-- A grid: every combination.
local grid = {}
for _, lr in ipairs { 0.001, 0.01, 0.1, 1, 10 } do
  for _, hidden in ipairs { 4, 32 } do grid[#grid + 1] = try { lr = lr, hidden = hidden } end
end
print_table("grid search, best first:", grid)

-- At random: as many settings, all rates different.  A rate is 10^u with u drawn evenly, so that each power of ten gets as
-- many as the next; where one setting matters much and another little, this finds better values than a grid does.
lab.manual_seed(2)
local settings, random = {}, {}
for i = 1, #grid do
  settings[i] = { lr = 10 ^ (-3 + 4 * lab.rand(1):item()), hidden = lab.randint(4, 65, { 1 }):item() }
end
for i, setting in ipairs(settings) do random[i] = try(setting) end
print_table("\nrandom search, best first:", random)

local function column(list, name)
  local values = {}
  for i, s in ipairs(list) do values[i] = s[name] end
  return values
end

plot.figure { title = "validation loss by learning rate", xlabel = "learning rate", xscale = "log", yscale = "log" }
  :scatter(column(grid, "lr"), column(grid, "loss"), { label = "grid", marker = "o" })
  :scatter(column(random, "lr"), column(random, "loss"), { label = "random", marker = "x" })
  :show { rows = 18 }

local best = grid[1].loss < random[1].loss and grid[1] or random[1]
print(string.format("best: learning rate %.3g with %d hidden neurons, validation accuracy %.1f %%", best.lr, best.hidden,
  100 * best.accuracy))

assert(best.accuracy > 0.95, "the best setting separates the moons")
assert(best.lr > 0.01 and best.lr < 10, "the best rate is neither the smallest nor the largest")
