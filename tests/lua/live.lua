-- Live figures and the dashboard where there is no terminal; on one: tests/live.sh.

local text = require "plot.train_text"
local core = require "plot.core"

-- A clock that only moves when it is told to.
local function watch()
  local time = 0
  return function() return time end, function(seconds) time = time + seconds end
end

local seed = 0
local function uniform()
  seed = (seed * 1664525 + 1013904223) % 4294967296
  return seed / 4294967296
end

-- A run that is played back: the same on every machine.
local function played(options)
  seed = 1
  local clock, pass = watch()
  local run = plot.train { title = "mnist-mlp", epochs = 10, steps = 100, batch = 64, clock = clock, clip = 2, show = false }
  for epoch = 1, options.epochs or 4 do
    for i = 1, 100 do
      local step = (epoch - 1) * 100 + i
      local base = 2 / (1 + step / 16) + 1 / 16
      pass(0.002)
      run:log { loss = step == 20 and 30 or step == 310 and options.bad or base * (0.75 + uniform() / 2),
        lr = epoch < 4 and 0.01 or 0.001, grad_norm = (0.5 + uniform()) * (0.25 + base), accuracy = 1 - base / 4 }
    end
    pass(0.1)
    run:val { loss = 2 / (1 + epoch * 6) + 0.09 + epoch * epoch / 64, accuracy = 1 - 0.25 / epoch }
  end
  return run
end

local function golden(name, picture)
  local path = "tests/expected/" .. name .. ".txt"
  if os.getenv("ACCEPT") then assert(io.open(path, "w")):write(picture):close() end
  local file = assert(io.open(path))
  local expected = file:read("a")
  file:close()
  if picture ~= expected then error(path .. ": another picture (ACCEPT=1 keeps it):\n" .. picture, 2) end
end

local function picture(run, cols, rows) return run:figure { cols = cols, rows = rows }:text { cols = cols, rows = rows } end

-- ---- live -------------------------------------------------------------------------------------------

test("a live figure is that of its numbers, whatever names they come under", function()
  local live, figure = plot.live { title = "loss", yscale = "log", show = false }, plot.figure { title = "loss", yscale = "log" }
  local x, y = {}, {}
  for i = 1, 500 do
    x[i], y[i] = i, 1 / i
    live:push("train", 1 / i)
    if i % 100 == 0 then live:push("val", i, lab.tensor(2 / i)) end
  end
  figure:line(x, y, { label = "train" }):line({ 100, 200, 300, 400, 500 }, { 0.02, 0.01, 2 / 300, 0.005, 0.004 }, { label = "val" })
  eq(live:figure():text {}, figure:text {})
  live:mark(250, "half")
  eq(live:figure():text {}:find("half", 1, true) ~= nil, true)
end)

test("what a live figure cannot take is named", function()
  fails(function() plot.live(3) end, "plot.live: a table of options expected")
  fails(function() plot.live { smoth = 1 } end, "did you mean 'smooth'?")
  fails(function() plot.live { smooth = 1 } end, "smooth should be from 0 up to 1")
  fails(function() plot.live { show = false }:push(0.5) end, "the name of the series comes first")
  fails(function() plot.live { show = false }:push("a", {}) end, "push: a: a number or a tensor of one expected")
  fails(function() plot.live():mark() end, "mark: a place expected")
end)

-- ---- the dashboard ----------------------------------------------------------------------------------

test("a dashboard looks as it should on 80 by 24 and 120 by 40", function()
  golden("dashboard_80", picture(played {}, 80, 24))
  golden("dashboard_120", picture(played { epochs = 10 }, 120, 40))
end)

test("a dashboard is drawn at any size, before the first step and with nothing but nan", function()
  local empty, bad = plot.train { show = false }, plot.train { steps = 5, show = false }
  for _ = 1, 30 do bad:log { loss = 0 / 0, lr = 1 / 0, accuracy = -1 / 0, grad_norm = 0 } end
  bad:val { loss = 0 / 0 }
  for _, run in ipairs { empty, bad, played {} } do
    for _, size in ipairs { { 1, 1 }, { 2, 30 }, { 200, 1 }, { 40, 12 }, { 60, 20 }, { 160, 48 }, { 300, 90 } } do
      local rows = 0
      for line in picture(run, size[1], size[2]):gmatch("([^\n]*)\n") do
        rows = rows + 1
        eq(utf8.len(line), size[1])
      end
      eq(rows, size[2])
    end
  end
end)

test("where there is only ASCII signs have stand-ins", function()
  local ascii = played {}:figure { cols = 100, rows = 30 }:text { cols = 100, rows = 30, charset = "ascii" }
  for _, words in ipairs { "val (* 0.3063, epoch 2)", "above ^)", "lr x0.1" } do
    if not ascii:find(words, 1, true) then error("\"" .. words .. "\" is missing:\n" .. ascii) end
  end
  eq(ascii:find("[\128-\255?]"), nil)
end)

test("small sizes keep the loss and let the rest go", function()
  local small, large = picture(played {}, 40, 12), picture(played {}, 120, 40)
  eq(small:find("loss", 1, true) ~= nil and small:find("ETA", 1, true) ~= nil, true)
  eq(small:find("accuracy", 1, true), nil)
  for _, word in ipairs { "accuracy", "gradient norm", "clip 2", "lr ×0.1", "ms/step", "epoch 4/10", "step 400/1000" } do
    if not large:find(word, 1, true) then error("\"" .. word .. "\" is missing:\n" .. large) end
  end
end)

test("history holds all that was logged, in order", function()
  local run = plot.train { epochs = 2, steps = 2, show = false }
  run:log { loss = 1 }:log { loss = lab.tensor(0.5), lr = 0.1 }:val { loss = 0.7 }:log { loss = 0.25 }
  eq(run.history.loss, { 1, 0.5, 0.25 })
  eq(run.history.step, { 1, 2, 3 })
  eq(run.history.lr, { lab.tensor(0.1, { dtype = "float64" }):item() })
  eq(run.history.val_loss, { 0.7 })
  eq(run.history.val_step, { 2 })
  eq(run.step, 3)
  eq(tostring(run), "training run: 3 steps")
end)

test("the time that is left is the steps' and the validations' at what they took", function()
  local clock, pass = watch()
  local run = plot.train { epochs = 10, steps = 50, clock = clock, show = false }
  for epoch = 1, 4 do
    for i = 1, 50 do
      pass(0.02)
      if epoch == 2 and i == 7 then pass(3600) end -- the lid was closed
      run:log { loss = 1 }
    end
    pass(1.5)
    run:val { loss = 1 }
  end
  close(text.remaining(run), 6 * 50 * 0.02 + 6 * 1.5, 0.01)
  local open = plot.train { clock = clock, show = false }
  open:log { loss = 1 }
  eq(text.remaining(open), nil)
end)

local function alerts_of(losses, validations)
  local clock = watch()
  local run = plot.train { epochs = 10, steps = 100, clock = clock, show = false }
  for step, loss in ipairs(losses) do
    run:log { loss = loss }
    if validations and step % 100 == 0 then run:val { loss = validations[step // 100] } end
  end
  return table.concat(text.alerts(run), "; ")
end

local function falling(n, f)
  local list = {}
  for i = 1, n do list[i] = f and f(i) or 1 / (1 + i / 50) + 0.001 * (i % 7) end
  return list
end

test("alerts name what is wrong, and nothing when all is well", function()
  eq(alerts_of(falling(300)), "")
  eq(alerts_of(falling(300), { 0.5, 0.4, 0.3 }), "")
  eq(alerts_of(falling(300, function(i) return i >= 250 and i < 253 and 0 / 0 or 1 / i end)),
    "loss was not finite 3 times, first in step 250")
  eq(alerts_of(falling(300, function(i) return i == 290 and 9 or 1 + 0.01 * (i % 5) end)),
    "spike in step 290: 9, usual 1.02")
  eq(alerts_of(falling(400), { 0.5, 0.4, 0.45, 0.5 }), "overfitting since epoch 2")
  eq(alerts_of(falling(900, function(i) return i < 200 and 1 - i / 400 or 0.6 + 0.01 * (i % 9) end)),
    "plateau: no lower since step 199")
  eq(alerts_of(falling(300, function(i) return 1 + (i / 100) ^ 2 end)),
    "the loss is above that of the start: the learning rate may be too high")
end)

test("a far outlier does not flatten the rest and is counted, nan is marked", function()
  local drawn = picture(played { bad = 0 / 0 }, 100, 30)
  eq(drawn:find(" above ↑)", 1, true) ~= nil, true)
  eq(drawn:find("▲", 1, true) ~= nil, true)
  eq(drawn:find("loss was not finite in step 310", 1, true) ~= nil, true)
end)

test("layers tell the norm of the gradients and how far a step moves the weights", function()
  lab.manual_seed(1)
  local net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
  local opt = optim.SGD(net:parameters(), { lr = 0.5 })
  local run = plot.train { steps = 2, show = false }
  local before, norm = {}, 0
  for step = 1, 2 do
    opt:zero_grad()
    net(lab.ones(5, 3)):pow(2):mean():backward()
    opt:step()
    if step == 1 then
      for _, p in ipairs(net:parameters()) do norm = norm + p.grad:pow(2):sum():item() end
      for i, p in ipairs(net:parameters()) do before[i] = p:detach():clone() end
    end
    run:layers(net):log { loss = 1 }
  end
  close(run.history.grad_norm, { norm ^ 0.5 }, 1e-6)
  eq(#run.ratios, 2)
  for k, i in ipairs { 1, 3 } do
    local change = (net:parameters()[i]:detach() - before[i]):norm():item() / before[i]:norm():item()
    eq(run.ratios[k][1], ({ "1 Linear", "3 Linear" })[k])
    close(run.ratios[k][2], change, 1e-5)
  end
end)

test("what a run cannot take is named", function()
  fails(function() plot.train(3) end, "plot.train: a table of options expected")
  fails(function() plot.train { epoch = 3 } end, "did you mean 'epochs'?")
  fails(function() plot.train { epochs = 0 } end, "epochs should be a whole number from 1")
  fails(function() plot.train { model = 3 } end, "model should be a model of nn")
  fails(function() plot.train { show = false }:log(3) end, "log: a table expected, as in run:log{loss=0.5}, got a number")
  fails(function() plot.train { show = false }:log { 3 } end, "log: names are strings")
  fails(function() plot.train { show = false }:log { loss = "x" } end, "log: loss is string; a number or a tensor of one expected")
  fails(function() plot.train { show = false }:log { loss = lab.ones(2) } end, "a tensor of one expected")
  fails(function() plot.train { show = false }.log { loss = 1 } end, "run:log{loss=0.5}")
  fails(function() plot.train():val() end, "val: a table expected")
  fails(function() plot.train():layers(3) end, "layers: a model of nn expected")
  fails(function() plot.train():figure { cols = 0 } end, "cols should be a whole number")
end)

test("fit with plot=true gives the bits of fit without, and a dashboard", function()
  local x = lab.linspace(-1, 1, 64):unsqueeze(2)
  local function fitted(plot_it)
    lab.manual_seed(3)
    local model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    model:compile { optimizer = { "adam", lr = 0.01 }, loss = "mse", metrics = { "mae" } }
    local real, lines = print, 0
    print = function() lines = lines + 1 end
    local history = model:fit(x, x * x, { epochs = 3, batch_size = 16, validation_split = 0.25, verbose = 0, plot = plot_it })
    print = real
    eq(lines, 0)
    return history, model
  end
  local old = core.show
  local shown = 0
  core.show = function() shown = shown + 1 end
  local with, model = fitted(true)
  core.show = old
  eq(shown, 1)
  eq(with.val_loss, fitted(false).val_loss)
  eq(model.dashboard.step, 9)
  eq(model.dashboard.history.val_mae, with.val_mae)
end)
