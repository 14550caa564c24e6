-- Histogram: the weights of a layer as it is initialized, beside those of another way to do it.
lab.manual_seed(2)
local weights = nn.Linear(256, 64).weight
local kaiming = nn.init.kaiming_normal_(lab.empty(64, 256))
local f = plot.hist({ weights, kaiming }, { label = { "uniform", "kaiming normal" }, bins = 30, density = true })
f:set { title = "Weights of a layer", xlabel = "weight" }
f:show()
