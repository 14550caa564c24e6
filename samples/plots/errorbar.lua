-- Error bars: cross-validation scores of five folds for each strength of regularization.
lab.manual_seed(7)
local strength = { 1e-4, 1e-3, 1e-2, 1e-1, 1 }
local best = lab.tensor { 0.81, 0.86, 0.89, 0.87, 0.72 }
local folds = best:unsqueeze(1) + 0.02 * lab.randn(5, 5) -- (fold, strength)
local f = plot.errorbar(strength, folds:mean(1), folds:std(1), { line = true, label = "5 folds" })
f:set { title = "Accuracy", xlabel = "weight decay", xscale = "log" }
f:rule { x = strength[folds:mean(1):argmax():item()], label = "best" }
f:show()
