-- Linear regression: 200 noisy points on y = 3x + 2, and one neuron that finds the 3 and the 2.
--
-- nn.Linear(1, 1) computes  w * x + b : one weight w and one bias b, which begin at random.  (In Keras it is Dense(1).)
-- Training moves w and b, a little at a time, to where the mean squared error between w * x + b and y is smallest.
lab.manual_seed(1)

-- The data.  Inputs have the shape (N, features): 200 rows of one number each.
local x = lab.linspace(-2, 2, 200):unsqueeze(2)
local y = 3 * x + 2 + 0.5 * lab.randn(200, 1)

-- The model, how it learns, and the learning: 100 epochs, each of which looks at all points once, 32 at a time.
local model = nn.Linear(1, 1)
model:compile { optimizer = { "sgd", lr = 0.01 }, loss = "mse", metrics = { "mae" } }
local history = model:fit(x, y, { epochs = 100, batch_size = 32 })

-- What it has learned.  A Linear keeps its weight as (outputs, inputs) and its bias as (outputs).
local w, b = model.weight:item(), model.bias:item()
print(string.format("\nthe model found   y = %.3f x + %.3f   (the points were made with y = 3 x + 2)", w, b))
print("for x = 0, 1, 10 it predicts " .. lab.text(model:predict(lab.tensor { 0, 1, 10 }:unsqueeze(2)):flatten()))

plot.figure { title = "y = 3x + 2 + noise", xlabel = "x", ylabel = "y" }
  :scatter { x = x, y = y, label = "data" }
  :line { x = x, y = model:predict(x), label = "model" }
  :show { rows = 18 }
plot.line { y = history.loss, title = "mean squared error", xlabel = "epoch", yscale = "log", label = "training" }
  :show { rows = 12 }

-- For a line there is a formula, too: least squares.  Descent has found the same place.
local ones = lab.ones(200, 1)
local best = lab.lstsq(lab.cat({ x, ones }, 2), y)
print(string.format("least squares gives   y = %.3f x + %.3f", best[1]:item(), best[2]:item()))

assert(math.abs(w - best[1]:item()) < 0.02 and math.abs(b - best[2]:item()) < 0.02, "descent and formula agree")
assert(math.abs(w - 3) < 0.1 and math.abs(b - 2) < 0.1, "the line was found")
