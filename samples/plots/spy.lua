-- The weights of a layer that are left when nine tenths of them are pruned by size.
lab.manual_seed(1)
local layer = nn.Linear(96, 64)
local w = layer.weight:detach() * lab.linspace(0.5, 1.5, 96)
local least = w:abs():flatten():quantile(0.9)
local f = plot.spy(w * w:abs():ge(least), { title = "pruned", xlabel = "input", ylabel = "output" })
f:show()
