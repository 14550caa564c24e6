-- Polar plot: a radar chart of what three models are good at.
local names = { "accuracy", "speed", "size", "robustness", "calibration" }
local f = plot.polar({ 0.95, 0.3, 0.2, 0.8, 0.6 }, { names = names, label = "transformer", rlim = 1 })
f:polar({ 0.8, 0.9, 0.9, 0.5, 0.7 }, { names = names, label = "small network" })
f:set { title = "Two models" }
f:show { rows = 22 }
