-- compile, fit, evaluate, predict, history, summary.

local MOONLAB = os.getenv("MOONLAB") or "build/moonlab"

-- sin(k i) for i = 1, 2, … in the given shape, float64.
local function seq(shape, k)
  local n, values = 1, {}
  for _, size in ipairs(shape) do n = n * size end
  for i = 1, n do values[i] = math.sin(k * i) end
  return lab.tensor(values, { dtype = "float64" }):reshape(shape)
end

local function bytes(tensors)
  local parts = {}
  for _, t in ipairs(tensors) do
    for _, x in ipairs(t:detach():contiguous():view(-1):tolist()) do parts[#parts + 1] = string.pack("d", x) end
  end
  return table.concat(parts)
end

-- What f prints, as a string.
local function printed(f)
  local lines, real = {}, print
  print = function(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    lines[#lines + 1] = table.concat(parts, "\t")
  end
  local ok, message = pcall(f)
  print = real
  if not ok then error(message, 0) end
  return table.concat(lines, "\n")
end

local function small() return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)) end

-- A model that is trained to y = 3 x + 2.
local function line(options)
  lab.manual_seed(1)
  local x = lab.linspace(0, 1, 50)
  local model = nn.Linear(1, 1):compile { optimizer = { "sgd", lr = 0.5 }, loss = "mse" }
  options = options or {}
  options.verbose = options.verbose or 0
  return model, x, 3 * x + 2, model:fit(x, 3 * x + 2, options)
end

-- ---- against PyTorch ----------------------------------------------------------------------------------

-- Losses of five epochs (of 6 rows in batches of 4, not shuffled; then of the last 2) and the last bias of a 3-5-4 network
-- whose weights begin as seq(shape, 0.3 + 0.1 i), in float64, by a loop with PyTorch 2.15.
local torch = {
  cross_entropy = {
    optimizer = { "sgd", lr = 0.1, momentum = 0.9 },
    y = function() return lab.tensor({ 1, 2, 3, 4, 4, 3, 2, 1 }, { dtype = "int64" }) end,
    loss = { 2.57404924155561, 2.10351744302988, 1.4525193170272, 1.08613438694872, 1.14849340027602 },
    val_loss = { 3.76577921167306, 3.41770956641905, 3.30303999712074, 3.59137664087718, 3.99922269209218 },
    bias = { -0.167262762349577, 1.21727276577474, 0.920699909945371, 1.17528245742108 },
  },
  mse = {
    optimizer = { "adam", lr = 0.05 }, y = function() return seq({ 8, 4 }, 0.37) end,
    loss = { 3.76952522505844, 2.56733458447084, 1.74947908915523, 1.21473949756364, 0.883958064885197 },
    val_loss = { 4.23088995761148, 3.48227783513022, 2.9200900434446, 2.47740063191973, 2.11807785666264 },
    bias = { 0.146063823801109, 1.13055904232202, 0.53449580888109, 0.358634686458354 },
  },
  bce_with_logits = {
    optimizer = { "rmsprop", lr = 0.01 }, y = function() return seq({ 8, 4 }, 0.37):gt(0) end,
    loss = { 0.949224441970685, 0.808270484003758, 0.748099945162924, 0.713718294075756, 0.692348072090481 },
    val_loss = { 1.12461289083109, 1.1338024943132, 1.14339658223054, 1.15340897875046, 1.16386155157655 },
    bias = { 0.454698614270205, 1.29672915831664, 0.993062417365965, 0.703425084452034 },
  },
  huber = {
    optimizer = { "adamw", lr = 0.05 }, y = function() return seq({ 8, 4 }, 0.37) * 3 end,
    loss = { 1.81980138706141, 1.62053204539117, 1.48676507086538, 1.40322288374226, 1.35556292764369 },
    val_loss = { 2.35426898850225, 2.29890052643795, 2.27340562695374, 2.27433839692632, 2.29936925729189 },
    bias = { 0.315541242276604, 1.28259897536687, 0.817513869332926, 0.566043178459593 },
  },
}

for name, want in pairs(torch) do
  test("fit with " .. name .. " reaches the numbers of a loop with PyTorch", function()
    local net = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4)):to("float64")
    lab.no_grad(function()
      for i, p in ipairs(net:parameters()) do p:copy_(seq(p.shape, 0.3 + 0.1 * (i - 1))) end
    end)
    net:compile { optimizer = want.optimizer, loss = name }
    local history = net:fit(seq({ 8, 3 }, 0.77), want.y(), { epochs = 5, batch_size = 4, shuffle = false, validation_split = 0.25, verbose = 0 })
    close(history.loss, want.loss, 1e-12)
    close(history.val_loss, want.val_loss, 1e-12)
    close(net[3].bias, want.bias, 1e-12)
  end)
end

-- ---- against the loop by hand -------------------------------------------------------------------------

local labels = function() return lab.randint(1, 4, { 70 }) end
local cases = {
  { "cross_entropy", "SGD", nn.CrossEntropyLoss, labels }, { "cross_entropy", "Adam", nn.CrossEntropyLoss, labels },
  { "mse", "SGD", nn.MSELoss, function() return lab.randn(70, 3) end },
  { "mae", "RMSprop", nn.L1Loss, function() return lab.randn(70, 3) end },
  { "bce_with_logits", "AdamW", nn.BCEWithLogitsLoss, function() return lab.rand(70, 3):round() end },
  { "huber", "Adagrad", nn.HuberLoss, function() return lab.randn(70, 3) end },
}

local function by_hand(case)
  lab.manual_seed(5)
  local x, y = lab.randn(70, 4), case[4]()
  local net, loss_fn = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.Linear(8, 3)), case[3]()
  local opt = optim[case[2]](net:parameters(), { lr = 0.01 })
  local loader = data.DataLoader(data.TensorDataset(x, y), { batch_size = 32, shuffle = true })
  local losses = {}
  for epoch = 1, 3 do
    local total = 0
    for a, b in loader do
      opt:zero_grad()
      local loss = loss_fn(net(a), b)
      loss:backward()
      opt:step()
      total = total + loss:item() * #a
    end
    losses[epoch] = total / 70
  end
  return bytes(net:parameters()), losses
end

local function by_fit(case)
  lab.manual_seed(5)
  local x, y = lab.randn(70, 4), case[4]()
  local net = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.Linear(8, 3))
  net:compile { optimizer = { case[2]:lower(), lr = 0.01 }, loss = case[1], metrics = { "accuracy" } }
  local history = net:fit(x, y, { epochs = 3, verbose = 0 })
  return bytes(net:parameters()), history.loss, net, x, y
end

for _, case in ipairs(cases) do
  test(("fit with %s and %s gives the bits of the loop by hand, under any number of threads"):format(case[1], case[2]), function()
    local before = lab.get_num_threads()
    lab.set_num_threads(1)
    local want, losses = by_hand(case)
    for _, n in ipairs { 1, 2, 3, 8 } do
      lab.set_num_threads(n)
      local got, fitted, net, x, y = by_fit(case)
      if got ~= want then error("the parameters differ under " .. n .. " threads") end
      eq(fitted, losses)
      eq(net:evaluate(x, y), net:evaluate(x, y))
    end
    lab.set_num_threads(before)
  end)
end

-- ---- data ---------------------------------------------------------------------------------------------

test("validation_split holds the last rows back, before the others are shuffled", function()
  local seen, held = {}, {}
  local model = nn.Identity()
  model:register_parameter("w", nn.Parameter(lab.zeros(1)))
  function model:forward(x)
    local to = self.training and seen or held
    for _, row in ipairs(x:flatten():tolist()) do to[#to + 1] = row end
    return x + self.w
  end
  model:compile { optimizer = "sgd", loss = "mse" }
  local x = lab.arange(1, 11, { dtype = "float32" })
  model:fit(x, x, { batch_size = 3, validation_split = 0.3, verbose = 0 })
  eq(held, { 8, 9, 10 })
  if table.concat(seen) == table.concat({ 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0 }) then error("not shuffled") end
  table.sort(seen)
  eq(seen, { 1, 2, 3, 4, 5, 6, 7 })
end)

test("a data set and a DataLoader are trained on as tensors are", function()
  local x, y = seq({ 40, 4 }, 0.3):to("float32"), seq({ 40, 3 }, 0.7):to("float32")
  local function train(...)
    lab.manual_seed(2)
    local net = small():compile { optimizer = "adam", loss = "mse" }
    lab.manual_seed(3)
    net:fit(...)
    return bytes(net:parameters())
  end
  local want = train(x, y, { epochs = 2, batch_size = 16, verbose = 0 })
  eq(train(data.TensorDataset(x, y), { epochs = 2, batch_size = 16, verbose = 0 }), want)
  eq(train(data.DataLoader(data.TensorDataset(x, y), { batch_size = 16, shuffle = true }), { epochs = 2, verbose = 0 }), want)
end)

test("a model of several inputs gets a list of tensors", function()
  local Sum = nn.Module:extend("Sum")
  function Sum:init() self.a, self.b = nn.Linear(2, 1), nn.Linear(3, 1) end
  function Sum:forward(x, z) return self.a(x) + self.b(z) end
  local model = Sum():compile { optimizer = { "sgd", lr = 0.1 }, loss = "mse" }
  local x, z = seq({ 20, 2 }, 0.3):float(), seq({ 20, 3 }, 0.7):float()
  local history = model:fit({ x, z }, x:sum(2), { epochs = 20, validation_split = 0.25, verbose = 0 })
  if not (history.loss[20] < history.loss[1]) then error("nothing was learned") end
  eq(model:predict({ x, z }, { batch_size = 6 }).shape, { 20, 1 })
  eq(#model:evaluate({ x, z }, x:sum(2)), 0)
end)

test("targets (N) fit predictions (N, 1), numbers x (N) are rows, and lists are tensors", function()
  local _, _, _, history = line { epochs = 60 }
  if history.loss[60] > 1e-3 then error("y = 3 x + 2 was not learned: " .. history.loss[60]) end
  local model = nn.Linear(1, 1):compile { optimizer = { "sgd", lr = 0.1 }, loss = "mse" }
  eq(#model:fit({ 0, 1, 2 }, { 2, 5, 8 }, { epochs = 4, verbose = 0 }).loss, 4)
  eq(model:predict { 0, 1 }.shape, { 2, 1 })
end)

test("targets of another dtype or as whole floats are taken", function()
  local net = small():compile { optimizer = "sgd", loss = "cross_entropy", metrics = { "accuracy" } }
  local x = lab.zeros(6, 4)
  local want = net:evaluate(x, lab.tensor({ 1, 2, 3, 1, 2, 3 }, { dtype = "int64" }))
  eq(net:evaluate(x, lab.tensor { 1, 2, 3, 1, 2, 3 }), want)
  eq(net:evaluate(x, lab.tensor { 1, 2, 3, 1, 2, 3 }:unsqueeze(2)), want)
  eq(net:evaluate(x, lab.tensor({ 1, 2, 3, 1, 2, 3 }, { dtype = "int32" })), want)
  local flat = nn.Linear(4, 1):compile { optimizer = "sgd", loss = "mse" }
  eq(flat:evaluate(x, lab.ones(6, { dtype = "int64" })), flat:evaluate(x, lab.ones(6)))
end)

test("weights of samples and classes count", function()
  local x, y = lab.tensor { { 0 }, { 0 }, { 0 } }, lab.tensor { 1, 2, 4 }
  local function loss(options, name, targets)
    local model = nn.Linear(1, name == "cross_entropy" and 2 or 1)
    lab.no_grad(function() for _, p in ipairs(model:parameters()) do p:zero_() end end)
    model:compile { optimizer = { "sgd", lr = 0 }, loss = name or "mse" }
    options.verbose = 0
    return model:fit(x, targets or y, options).loss[1]
  end
  close(loss {}, 7)
  close(loss { sample_weight = { 1, 0, 0.5 } }, 3)
  close(loss { class_weight = { 1, 0, [4] = 1 } }, 17 / 3)
  close(loss({ class_weight = { 1, 3 } }, "cross_entropy", lab.tensor({ 1, 2, 2 }, { dtype = "int64" })), math.log(2) * 7 / 3)
  fails(function() loss { class_weight = { 1, 2 } } end, "class_weight has no number for class 4")
  close(loss({ class_weight = { [0] = 1, [1] = 3 } }, "bce_with_logits", lab.tensor { true, false, true }), math.log(2) * 7 / 3)
  fails(function() loss { sample_weight = { 1, 2 } } end, "x has 3 rows and sample_weight 2")
  -- sklearn.utils.compute_class_weight("balanced", classes=[1, 2], y=[1, 2, 2]) gives 1.5, 0.75
  local classes = lab.tensor({ 1, 2, 2 }, { dtype = "int64" })
  close(loss({ class_weight = "balanced" }, "cross_entropy", classes), math.log(2))
  close(loss({ class_weight = "balanced", sample_weight = { 1, 0, 0 } }, "cross_entropy", classes), math.log(2) * 1.5 / 3)
  close(loss({ class_weight = "balanced", sample_weight = { 0, 0, 1 } }, "cross_entropy", classes), math.log(2) * 0.75 / 3)
  fails(function() loss { class_weight = "balance" } end, 'class_weight should be "balanced" or a table class → weight')
  fails(function() loss({ class_weight = "balanced" }, "mse", lab.tensor { 1, 0 / 0, 2 }) end, "class_weight: target 2 is nan")
end)

-- ---- evaluate, predict, metrics -----------------------------------------------------------------------

test("evaluate and predict are in evaluation mode, without gradients, and leave the modes as they were", function()
  local net = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 1)):compile { optimizer = "sgd", loss = "mse" }
  net[2]:eval()
  local x = seq({ 10, 4 }, 0.5):float()
  local p = net:predict(x, { batch_size = 3 })
  eq(p.requires_grad, false)
  eq({ net.training, net[1].training, net[2].training }, { true, true, false })
  net:eval()
  close(p, net(x), 1e-6)
  net:train()
  close(net:evaluate(x, lab.zeros(10), { batch_size = 4 }).loss, (p * p):mean():item(), 1e-6)
  eq({ net.training, net[2].training }, { true, true })
end)

test("accuracy takes scores of classes, probabilities and scores of one class", function()
  local function accuracy(loss, prediction, target)
    local model = nn.Identity():compile { loss = loss, metrics = { "accuracy" },
      optimizer = function() return optim.SGD { nn.Parameter(lab.zeros(1)) } end }
    return model:evaluate(lab.tensor(prediction), target).accuracy
  end
  local scores = { { 3, 1, 2 }, { 0, 5, 1 }, { 1, 2, 9 }, { 9, 0, 0 } }
  eq(accuracy("cross_entropy", scores, lab.tensor({ 1, 2, 3, 3 }, { dtype = "int64" })), 0.75)
  eq(accuracy("cross_entropy", scores, lab.tensor { { 1, 0, 0 }, { 0, 0, 1 }, { 0, 1, 0 }, { 1, 0, 0 } }), 0.5)
  eq(accuracy("bce", { { 0.2 }, { 0.9 }, { 0.6 }, { 0.5 } }, lab.tensor { 0, 1, 0, 0 }), 0.75)
  eq(accuracy("bce_with_logits", { { -2 }, { 0.3 }, { 0.2 }, { -0.1 } }, lab.tensor { 0, 1, 0, 0 }), 0.75)
  eq(accuracy(function(p) return p:sum() end, scores, lab.tensor({ 1, 2, 3, 3 }, { dtype = "int64" })), 0.75)
end)

test("metrics that are no means are those of the whole set, not of batches", function()
  local x = seq({ 50, 1 }, 0.9):float()
  local y = x * 2 + seq({ 50, 1 }, 2.3):float() * 0.3
  local model = nn.Linear(1, 1):compile { optimizer = "sgd", loss = "mse", metrics = { "r2", "mae", worst = function(t, p)
    return (t - p):abs():amax()
  end } }
  local got, p = model:evaluate(x, y, { batch_size = 7 }), model:predict(x)
  close(got.r2, metrics.r2_score(y, p), 1e-6)
  close(got.mae, metrics.mean_absolute_error(y, p), 1e-6)
  close(got.worst, (y - p):abs():amax():item(), 1e-6)
end)

test("precision, recall and F1 know what the predictions are", function()
  local net = small():compile { optimizer = "sgd", loss = "cross_entropy", metrics = { "f1", metrics.recall_score } }
  local x, y = lab.randn(30, 4), lab.randint(1, 4, { 30 })
  local got, p = net:evaluate(x, y, { batch_size = 8 }), net:predict(x)
  eq(got.f1, metrics.f1_score(y, p, { average = "macro" }))
  eq(got.recall_score, metrics.recall_score(y, p, { average = "macro" }))
  local binary = nn.Linear(4, 1):compile { optimizer = "sgd", loss = "bce_with_logits", metrics = { "precision" } }
  local t = lab.rand(30):round()
  eq(binary:evaluate(x, t).precision, metrics.precision_score(t, binary:predict(x), { threshold = 0 }))
end)

test("log_loss by name knows probabilities from scores", function()
  local x, y = seq({ 6, 4 }, 0.4):float(), lab.tensor({ 1, 2, 3, 1, 2, 3 }, { dtype = "int64" })
  local net = small()
  local function check(model, loss, targets)
    local got = model:compile { optimizer = "sgd", loss = loss, metrics = { "log_loss", "accuracy" } }:evaluate(x, targets or y)
    close(got.log_loss, got.loss, 1e-5)
  end
  check(net, "cross_entropy")
  check(nn.Sequential(net, nn.LogSoftmax(2)), "nll")
  check(nn.Sequential(net, nn.Softmax(2)), "sparse_categorical_crossentropy")
  check(nn.Linear(4, 1), "bce_with_logits", y:gt(1))
  check(nn.Sequential(nn.Linear(4, 1), nn.Sigmoid()), "bce", y:gt(1))
end)

test("Keras's names mean probabilities where the model ends in a softmax", function()
  local x, y = seq({ 6, 4 }, 0.4):float(), lab.tensor({ 1, 2, 3, 1, 2, 3 }, { dtype = "int64" })
  local net = small()
  local scores = net:compile { optimizer = "sgd", loss = "sparse_categorical_crossentropy" }:evaluate(x, y).loss
  local full = nn.Sequential(net, nn.Softmax(2))
  close(full:compile { optimizer = "sgd", loss = "sparse_categorical_crossentropy" }:evaluate(x, y).loss, scores, 1e-5)
  local one_hot = lab.eye(3):index_select(1, y)
  close(full:compile { optimizer = "sgd", loss = "categorical_crossentropy" }:evaluate(x, one_hot).loss, scores, 1e-5)
end)

-- ---- fit's own ----------------------------------------------------------------------------------------

test("history holds a number for each epoch and shows what became of them", function()
  local model, x, y, history = line { epochs = 4, validation_split = 0.2 }
  eq(history.epoch, { 1, 2, 3, 4 })
  eq(#history.val_loss, 4)
  eq(history.history.loss, history.loss)
  eq(model.history == history, true)
  local text = tostring(history)
  if not text:find("epochs 1 to 4", 1, true) or not text:find("val_loss", 1, true) then error(text) end
  eq(type(plot.line(history.loss)), "userdata")
  local more = model:fit(x, y, { initial_epoch = 5, epochs = 6, verbose = 0 })
  eq(more.epoch, { 5, 6 })
end)

test("validation_freq validates every so many epochs", function()
  local _, _, _, history = line { epochs = 5, validation_split = 0.2, validation_freq = 2 }
  eq({ #history.loss, #history.val_loss }, { 5, 2 })
end)

test("after an error the modes are as before and the finished epochs are in the history", function()
  local model, x, y = line {}
  model:eval()
  fails(function()
    model:fit(x, y, { epochs = 5, verbose = 0, callbacks = { function(epoch) if epoch == 3 then error("enough") end end } })
  end, "enough")
  eq(model.training, false)
  eq(#model.history.loss, 3)
  fails(function() model:predict(lab.zeros(3, 7)) end, "the last size of x must be 1")
  eq(model.training, false)
  eq(lab.is_grad_enabled(), true)
end)

test("without a terminal many epochs print about ten lines, few one each, the same in every run", function()
  local before = lab.get_num_threads()
  local text = printed(function() line { epochs = 3, verbose = 2 } end)
  for _, n in ipairs { 1, 2, 3, 8 } do
    lab.set_num_threads(n)
    eq(printed(function() line { epochs = 3, verbose = 2 } end), text)
  end
  eq(select(2, text:gsub("epoch %d/3  loss %d+%.%d+", "")), 3)
  lab.set_num_threads(before)
  if text:find("[\r\27]") then error("control characters") end
  local many = printed(function() line { epochs = 100, verbose = true } end)
  eq(select(2, many:gsub("\n", "\n")), 10)
  if not many:find("^epoch   1/100") or not many:find("epoch 100/100  loss [%d.e-]+$") then error(many) end
  eq(select(2, printed(function() line { epochs = 30, verbose = 2 } end):gsub("\n", "\n")), 29)
  eq(printed(function() line { epochs = 3, verbose = 0 } end), "")
end)

test("a metric must give a number", function()
  local net = small():compile { optimizer = "sgd", loss = "cross_entropy", metrics = { metrics.confusion_matrix } }
  fails(function() net:evaluate(lab.zeros(3, 4), lab.tensor { 1, 2, 3 }) end, "'confusion_matrix' gave a tensor of several")
end)

test("a metric's name cannot send control characters", function()
  local script = os.tmpname()
  local file = io.open(script, "w")
  file:write [[
    local m = nn.Linear(1, 1):compile { optimizer = "sgd", loss = "mse", metrics = { ["\27[31m"] = function() return 1 end } }
    m:fit({ 1, 2 }, { 1, 2 })
  ]]
  file:close()
  local pipe = io.popen(MOONLAB .. " run " .. script)
  local text = pipe:read("a")
  pipe:close()
  os.remove(script)
  if text:find("\27", 1, true) or not text:find("epoch 1/1", 1, true) then error(text) end
end)

test("the history of a run whose losses are all nan shows nan", function()
  local model = nn.Linear(1, 1):compile { optimizer = "sgd", loss = "mse" }
  local text
  printed(function() text = tostring(model:fit({ 0 / 0, 1 }, { 1, 2 }, { epochs = 2, verbose = 0 })) end)
  if not text:find("loss +nan +nan +nan +nan$") then error(text) end
end)

test("a loss that becomes nan is told once", function()
  local model = nn.Linear(1, 1):compile { optimizer = { "sgd", lr = 1e30 }, loss = "mse", metrics = { "accuracy", "r2" } }
  local text = printed(function() model:fit(lab.randn(90), lab.randn(90), { epochs = 5, verbose = 0 }) end)
  eq(select(2, text:gsub("the loss is nan in epoch", "")), 1)
end)

test("variables of the user's may have our modules' names", function()
  local pipe = io.popen(MOONLAB .. [[ -e '
    local m = nn.Linear(1, 1):compile { optimizer = "adam", loss = "mse", metrics = { "r2" } }
    data, optim, metrics, nn = 1, 2, 3, 4
    m:fit({ 1, 2, 3 }, { 1, 2, 3 }, { callbacks = { function() end } })
    m:summary()']])
  local text = pipe:read("a")
  pipe:close()
  if not text:find("epoch 1/1", 1, true) or not text:find("2 parameters", 1, true) then error(text) end
end)

test("model.stop_training ends the training", function()
  local model, x, y = line {}
  local history = model:fit(x, y, { epochs = 9, verbose = 0, callbacks = { function(epoch, _, m) m.stop_training = epoch == 2 end } })
  eq(#history.loss, 2)
end)

-- ---- mistakes -----------------------------------------------------------------------------------------

test("what compile cannot take is named, with the nearest name", function()
  local m = nn.Linear(1, 1)
  fails(function() m:compile() end, "compile: loss is missing")
  fails(function() m:compile("adam", "mse") end, "such as {optimizer=\"adam\", loss=\"mse\"}")
  fails(function() m:compile { loss = "mse" } end, "optimizer is missing")
  fails(function() m:compile { loss = "mse", optimiser = "sgd" } end, "did you mean 'optimizer'?")
  fails(function() m:compile { loss = "mse", optimizer = "adm" } end, "unknown optimizer 'adm'; did you mean 'adam'?")
  fails(function() m:compile { loss = "cross_entopy", optimizer = "adam" } end, "did you mean 'cross_entropy'?")
  fails(function() m:compile { loss = nn.MSELoss, optimizer = "adam" } end, "call it, as in nn.MSELoss()")
  fails(function() m:compile { loss = "mse", optimizer = "adam", metrics = { "acuracy" } } end, "did you mean 'accuracy'?")
  fails(function() m:compile { loss = "mse", optimizer = { "adam", lrr = 1 } } end, "did you mean 'lr'?")
  fails(function() m:compile { loss = "mse", optimizer = function() end } end, "a function from parameters to one; got nil")
  fails(function() m:compile { loss = "MSE", optimizer = "Adam" } end, "did you mean 'mse'?")
  fails(function() m:compile { loss = "kl_divergence", optimizer = "adam" } end, "unknown loss 'kl_divergence'")
  fails(function() nn.Sequential(m, nn.Softmax(2)):compile { loss = nn.NLLLoss(), optimizer = "adam" } end, "end it in nn.LogSoftmax")
  eq(m:compile { loss = "mse", optimizer = optim.Adam }.optimizer.kind, "Adam")
  fails(function() nn.Sequential(m, nn.Softmax(2)):compile { loss = "cross_entropy", optimizer = "adam" } end, "applies a softmax itself")
  fails(function() nn.Sequential(m, nn.Sigmoid()):compile { loss = nn.BCEWithLogitsLoss(), optimizer = "adam" } end, "applies a sigmoid itself")
end)

test("what fit cannot take is explained", function()
  local net, x = small(), lab.zeros(6, 4)
  fails(function() net:fit(x, x) end, "fit: call compile before it")
  fails(function() net.fit(x, x) end, "with a colon: model:fit(x, y)")
  fails(function() net:evaluate(x, x) end, "evaluate: call compile before it")
  net:compile { optimizer = "adam", loss = "cross_entropy" }
  local y = lab.tensor({ 1, 2, 3, 1, 2, 3 }, { dtype = "int64" })
  fails(function() net:fit(x) end, "y is missing")
  fails(function() net:fit(x, y:narrow(1, 1, 5)) end, "x has 6 rows and y 5")
  fails(function() net:fit(x, y - 1, { verbose = 0 }) end, "counting starts at 1")
  fails(function() net:fit(x, y + 1, { verbose = 0 }) end, "classes are 1..3")
  fails(function() net:fit(x, y:float() + 0.5, { verbose = 0 }) end, "not whole numbers")
  fails(function() net:fit(x, y, { epoch = 3 }) end, "did you mean 'epochs'?")
  fails(function() net:fit(x, y, { batch_size = "32" }) end, 'batch_size should be a whole number from 1, got "32"')
  fails(function() net:fit(x, y, { validation_split = "0.2" }) end, 'got "0.2"')
  fails(function() net:fit(x, y, { epochs = 0 }) end, "epochs should be a whole number from 1")
  fails(function() net:fit(x, y, { validation_split = 0.99 }) end, "leaves 0 for training")
  fails(function() net:fit(x, y, { validation_split = 20 }) end, "from 0 to below 1")
  fails(function() net:fit(x, y, { verbose = 3 }) end, "verbose=3")
  fails(function() net:fit(x, y, 3) end, "options are a table")
  fails(function() net:fit(lab.zeros(6, 5), y, { verbose = 0 }) end, "the last size of x must be 4")
  fails(function() net:fit(data.TensorDataset(x, y), y) end, "leave y out")
  fails(function() net:fit(x, { "a", "b", "c", "a", "b", "c" }) end, "data.Frame{label=y}.label")
  fails(function() net:fit(x, y, { validation_data = { x, y, y } }) end, "validation_data is {x, y}")
  net:compile { optimizer = "adam", loss = "mse" }
  fails(function() net:fit(x, lab.zeros(6, 2), { verbose = 0 }) end, "the model gives [6 3] for targets [6 2]")
  net:compile { optimizer = "adam", loss = function(p) return p end }
  fails(function() net:fit(x, y, { verbose = 0 }) end, "the function gives a tensor of 18")
  net:compile { optimizer = "adam", loss = "mse" }
  net:to("float64")
  fails(function() net:fit(x, lab.zeros(6, 3), { verbose = 0 }) end, "call compile again")
end)

test("one score per sample needs targets from 0 to 1, and cross entropy a score for each class", function()
  local model, x, y = nn.Linear(4, 1), lab.ones(6, 4), lab.tensor({ 1, 2, 1, 2, 1, 2 }, { dtype = "int64" })
  for _, loss in ipairs { "bce_with_logits", nn.BCEWithLogitsLoss() } do
    model:compile { optimizer = "adam", loss = loss }
    fails(function() model:fit(x, y, { verbose = 0 }) end, "of the classes 1 and 2 make y - 1")
    fails(function() model:evaluate(x, y - 2) end, "a target is -1")
    fails(function() model:evaluate(x, y + 1) end, "use loss=\"cross_entropy\" and a score for each class")
    eq(type(model:evaluate(x, y - 1).loss), "number")
  end
  model:compile { optimizer = "adam", loss = "cross_entropy" }
  fails(function() model:fit(x, y:unsqueeze(2), { verbose = 0 }) end, "the model gives [6 1]; for classes it should give a score for each class")
end)

test("a function as loss gets targets in the predictions' rank", function()
  local model, x = nn.Linear(4, 1), seq({ 6, 4 }, 0.4):float()
  local y = x:sum(2)
  local want = model:compile { optimizer = "sgd", loss = "mse" }:evaluate(x, y).loss
  model:compile { optimizer = "sgd", loss = function(p, t) return (p - t):square():mean() end,
    metrics = { same = function(t, p) return (t - p):square():mean() end } }
  eq(model:evaluate(x, y), { loss = want, same = want })
end)

test("a model that gives a table is for functions as losses, without metrics", function()
  local Pair = nn.Module:extend("Pair")
  function Pair:init() self.a = nn.Linear(4, 1) end
  function Pair:forward(x) return { self.a(x), x } end
  local model, x = Pair(), lab.zeros(6, 4)
  for _, loss in ipairs { "mse", "cross_entropy" } do
    model:compile { optimizer = "sgd", loss = loss }
    fails(function() model:fit(x, lab.ones(6), { verbose = 0 }) end, "the model gives a table; a loss by name takes a tensor")
  end
  local function first(p, t) return (p[1] - t:unsqueeze(2)):abs():mean() end
  eq(#model:compile { optimizer = "sgd", loss = first }:fit(x, lab.ones(6), { verbose = 0 }).loss, 1)
  model:compile { optimizer = "sgd", loss = first, metrics = { "mae" } }
  fails(function() model:fit(x, lab.ones(6), { verbose = 0 }) end, "metrics need a tensor")
end)

test("a model that returns several values is refused", function()
  local Pair = nn.Module:extend("Pair")
  function Pair:init() self.a = nn.Linear(4, 1) end
  function Pair:forward(x) return self.a(x), x end
  local model, x = Pair():compile { optimizer = "sgd", loss = "mse" }, lab.zeros(6, 4)
  fails(function() model:fit(x, lab.ones(6), { verbose = 0 }) end, "the model returns several values")
  fails(function() model:evaluate(x, lab.ones(6)) end, "loss=function(outputs, target)")
  fails(function() model:predict(x) end, "return the tensor alone")
  function Pair:forward(x) return self.a(x), nil end
  eq(model:predict(x).shape, { 6, 1 })
end)

test("predict tells a single sample from a column of numbers", function()
  local model = small()
  fails(function() model:predict(lab.zeros(4)) end, "x holds 4 samples of one number, but the model takes 4 numbers: one sample is x:unsqueeze(1)")
  fails(function() model:predict { 1, 2, 3, 4 } end, "one sample is x:unsqueeze(1)")
  eq(model:predict { { 1, 2, 3, 4 } }.shape, { 1, 3 })
  eq(model:predict(lab.zeros(4):unsqueeze(1)).shape, { 1, 3 })
end)

-- ---- summary ------------------------------------------------------------------------------------------

test("summary shows layers, shapes, parameters and what is frozen", function()
  local net = nn.Sequential({ "hidden", nn.Linear(20, 64) }, { "act", nn.ReLU() }, { "out", nn.Linear(64, 1) })
  net.hidden:requires_grad_(false)
  local text = printed(function() net:summary() end)
  for _, part in ipairs { "hidden: Linear  (N, 64)  1,344 frozen", "act: ReLU       (N, 64)", "out: Linear     (N, 1)             65",
    "1,409 parameters (5.50 KB): 65 trainable, 1,344 frozen" } do
    if not text:find(part, 1, true) then error(part .. " is not in\n" .. text) end
  end
  eq(net.training, true)
  if not printed(function() net:summary { input_size = { 7, 20 } } end):find("(7, 64)", 1, true) then error("the given shape") end
  if not printed(function() net:summary(lab.zeros(3, 20)) end):find("(3, 64)", 1, true) then error("the given input") end
  if not printed(function() net:summary { input_size = { 7, 2 } } end):find("the model failed on this input: .*must be 20") then error("a wrong shape") end
  fails(function() net:summary { inputsize = { 7, 2 } } end, "did you mean 'input_size'?")
end)

test("summary counts shared layers once", function()
  local Net = nn.Module:extend("Net")
  function Net:init()
    self.a = nn.Linear(2, 3)
    self.b = self.a
  end
  local text = printed(function() Net():summary() end)
  if not text:find("b: Linear             (again)", 1, true) or not text:find("9 parameters (36 B), all trainable", 1, true) then error(text) end
end)

test("whole numbers may be written as 1e1", function()
  local net = nn.Linear(1, 1)
  net:compile { optimizer = "sgd", loss = "mse" }
  local x = lab.zeros(20, 1)
  eq(#net:fit(x, x, { epochs = 2e0, batch_size = 1e1, verbose = 0 }).loss, 2)
  eq(net:predict(x, { batch_size = 4.0 }).shape, { 20, 1 })
  eq(#data.DataLoader(data.TensorDataset(x), { batch_size = 1e1 }), 2)
  fails(function() net:fit(x, x, { epochs = 1.5 }) end, "epochs should be a whole number from 1, got 1.5")
end)
