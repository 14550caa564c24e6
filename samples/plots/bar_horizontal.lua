-- Lying bars: the parameters of a network's layers, whose names are long, on a logarithmic axis.
local net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
local names, counts = {}, {}
for i, pair in ipairs(net:named_parameters()) do
  names[i], counts[i] = pair[1], pair[2]:numel()
end
local f = plot.bar(names, counts, { horizontal = true, values = true, xscale = "log", title = "Parameters" })
f:show()
