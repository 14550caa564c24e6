--- Networks: modules, layers, losses, starting values.
-- The global `nn`.
-- @module nn
-- @example nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1)):num_parameters() --> 31

local nn = {
  Module = require "nn.module",
  Parameter = require "nn.parameter",
  init = require "nn.initializers",
  utils = require "nn.utils",
  functional = require "nn.functional",
}

for _, part in ipairs { "linear", "activation", "dropout", "embedding", "shape", "container", "loss" } do
  for name, class in pairs(require("nn." .. part)) do nn[name] = class end
end

-- In nn/progress.lua.
function nn.progress(...) return require("nn.progress").progress(...) end

nn.callbacks = require "nn.callbacks"

return nn
