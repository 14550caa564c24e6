-- XOR: 1 if exactly one of two inputs is 1.  No straight line separates the ones from the zeros, so a single neuron cannot
-- learn it; a few hidden neurons can: they bend the plane first.
lab.manual_seed(3)

local x = lab.tensor { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }
local y = lab.tensor { { 0 }, { 1 }, { 1 }, { 0 } }

-- Trains a model on the four rows and returns the loss of every epoch.
local function train(model)
  model:compile { optimizer = { "adam", lr = 0.05 }, loss = "bce", metrics = { "accuracy" } }
  return model:fit(x, y, { epochs = 300, batch_size = 4, verbose = 0 }).loss
end

-- All four rows: what goes in, what comes out, what should.
local function show_answers(name, model)
  print(name)
  local p = model:predict(x)
  for i = 1, 4 do
    print(string.format("   %d xor %d   %.3f   should be %d", x[i][1], x[i][2], p[i]:item(), y[i]:item()))
  end
end

local line = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
local bent = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
local line_loss, bent_loss = train(line), train(bent)
show_answers("one neuron:", line)
show_answers("eight hidden neurons:", bent)

plot.line({ line_loss, bent_loss }, { label = { "one neuron", "eight hidden neurons" }, title = "binary cross-entropy",
  xlabel = "epoch", yscale = "log" }):show { rows = 14 }

-- The surface that the network has learned: its output for every place of the square.
local function output(a, b)
  return bent:predict(lab.stack({ a:flatten(), b:flatten() }, 2):to "float32"):reshape(a.shape)
end
plot.contour(output, { -0.2, 1.2 }, { -0.2, 1.2 }, { levels = { 0.1, 0.3, 0.5, 0.7, 0.9 }, xlabel = "a", ylabel = "b",
  title = "a xor b, as the network sees it" })
  :scatter({ 0, 1 }, { 1, 0 }, { label = "1", marker = "1" })
  :scatter({ 0, 1 }, { 0, 1 }, { label = "0", marker = "0" })
  :show { rows = 20 }

assert(bent:evaluate(x, y).accuracy == 1, "the hidden layer has learned all four rows")
assert(line:evaluate(x, y).accuracy < 1, "one neuron cannot")
