-- Boxes: the activations of each layer of a deep network, which shrink from layer to layer.
lab.manual_seed(3)
local x, layers, names = lab.randn(64, 100), {}, {}
for i = 1, 6 do
  x = nn.Linear(100, 100)(x):tanh():detach()
  layers[i], names[i] = x, "tanh " .. i
end
local f = plot.box(layers, { label = names })
f:set { title = "Activations by layer" }
f:show()
