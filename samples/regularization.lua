-- Overfitting, and four ways against it, on one small data set: 30 noisy points of a curve, and a network with 4,353
-- weights, enough to learn the noise by heart.
--
--   L1              adds  s * sum |w|  to the loss: most weights become almost 0
--   L2              adds  s * sum w^2 (weight decay): no weight becomes large
--   dropout         switches some of the neurons off at random in every step: none can rely on another
--   early stopping  ends the training when the validation loss has not improved for a while, and takes the best weights back
--
-- All five begin with the same weights and see the same points.  Watch the validation curves: without regularization the
-- error on new points falls, then rises again, while the error on the training points keeps falling.
local EPOCHS = 600

local function curve(x) return lab.sin(3 * x) + 0.3 * x end

lab.manual_seed(4)
local x = 4 * lab.rand(30, 1) - 2
local y = curve(x) + 0.4 * lab.randn(30, 1)
local x_val = lab.linspace(-2, 2, 200):unsqueeze(2)
local y_val = curve(x_val) + 0.4 * lab.randn(200, 1)

local function network(dropout)
  lab.manual_seed(5)
  return nn.Sequential(
    nn.Linear(1, 64), nn.Tanh(), nn.Dropout(dropout),
    nn.Linear(64, 64), nn.Tanh(), nn.Dropout(dropout),
    nn.Linear(64, 1))
end

local function sum_of_sizes(model)
  local sum = 0
  for _, p in ipairs(model:parameters()) do sum = sum + p:abs():sum() end
  return sum
end

local runs = {
  { name = "none" },
  { name = "L1", l1 = 0.0005 },
  { name = "L2", l2 = 0.01 },
  { name = "dropout", dropout = 0.2 },
  { name = "early stopping", patience = 60 },
}

local function train(run)
  local model = network(run.dropout or 0)
  model:compile {
    optimizer = { "adam", lr = 0.01, weight_decay = run.l2 or 0 },
    loss = run.l1 and function(p, target) return lab.mse_loss(p, target) + run.l1 * sum_of_sizes(model) end or "mse",
    metrics = { "mse" }, -- the error without penalties, which can be compared
  }
  local callbacks = {}
  if run.patience then
    callbacks[1] = nn.callbacks.EarlyStopping { monitor = "val_mse", patience = run.patience, restore_best_weights = true }
  end
  run.history = model:fit(x, y, { epochs = EPOCHS, batch_size = 30, validation_data = { x_val, y_val },
    callbacks = callbacks, verbose = 0 })
  run.model, run.train, run.val = model, model:evaluate(x, y).mse, model:evaluate(x_val, y_val).mse
end

print("                          mean squared error of")
print("                 epochs   training   validation     sum |w|")
local curves = plot.figure { title = "error on points that were not trained on", xlabel = "epoch", ylim = { 0.1, 0.7 } }
for _, run in ipairs(runs) do
  train(run)
  runs[run.name] = run
  curves:line { y = run.history.val_mse, label = run.name, smooth = 0.8, band = false }
  print(string.format("%-15s %6d %10.3f %12.3f %11.0f", run.name, #run.history.loss, run.train, run.val,
    sum_of_sizes(run.model):item()))
end
print("(the noise alone has a mean squared error of 0.16: no model can do better on new points)")
curves:show { rows = 20 }

plot.figure { title = "what they have learned", xlabel = "x", ylim = { -2, 2 } }
  :scatter { x = x, y = y, label = "data" }
  :line { x = x_val, y = runs.none.model:predict(x_val), label = "none" }
  :line { x = x_val, y = runs.L1.model:predict(x_val), label = "L1" }
  :line { x = x_val, y = runs["early stopping"].model:predict(x_val), label = "early stopping" }
  :show { rows = 20 }

for i = 2, #runs do
  assert(runs[i].val < 0.7 * runs.none.val, runs[i].name .. " does much better on new points than no regularization")
end
assert(runs.none.train < 0.05, "without it the noise is learned by heart")
assert(#runs["early stopping"].history.loss < EPOCHS, "early stopping has stopped early")
