-- ---
-- moonlab: {format: 1, seed: 3}
-- title: XOR with two layers
-- ---

-- %% [markdown]
-- # XOR with two layers
--
-- A network with one hidden layer learns to tell whether exactly one of two inputs is 1. This file is a *notebook*: cells
-- that begin with `-- %%`. Some ways to use it:
--
-- * `moonlab run samples/xor_notebook.lua` runs it from top to bottom
-- * `moonlab run samples/xor_notebook.lua -p hidden=2,4,8 -p lr=0.05,0.5` compares six trainings in a table
-- * `moonlab verify samples/xor_notebook.lua` checks that the results are still those recorded in `samples/.moonlab`
-- * `moonlab export samples/xor_notebook.lua -o xor.html` makes a page of it

-- %% what can be changed tags=["parameters"]
local hidden = 8   -- neurons in the hidden layer
local lr = 0.05    -- how far Adam goes in one step
local epochs = 300

-- %% what follows from it tags=["derived"]
local layers = { 2, hidden, 1 }
layers

-- %% [markdown]
-- ## The data
--
-- | a | b | a xor b |
-- |---|---|---------|
-- | 0 | 0 | 0       |
-- | 0 | 1 | 1       |
-- | 1 | 0 | 1       |
-- | 1 | 1 | 0       |

-- %% data
local x = lab.tensor { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }
local y = lab.tensor { { 0 }, { 1 }, { 1 }, { 0 } }

-- %% train
local net = nn.Sequential(nn.Linear(layers[1], layers[2]), nn.Tanh(), nn.Linear(layers[2], layers[3]), nn.Sigmoid())
net:compile { optimizer = { "adam", lr = lr }, loss = "bce", metrics = { "accuracy" } }
local history = net:fit(x, y, { epochs = epochs, batch_size = 4, verbose = 0 })
net:predict(x)

-- %% loss curve
plot.line { y = history.loss, title = "binary cross-entropy", xlabel = "epoch", yscale = "log" }

-- %% what a wrong shape says tags=["raises"]
net:predict(lab.zeros(4, 3))

-- %% result
net:evaluate(x, y)
