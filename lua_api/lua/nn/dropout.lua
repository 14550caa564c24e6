--- Dropout.
-- @module nn.dropout

local Module = require "nn.module"
local options = require "nn.options"

--- In training each element becomes 0 with probability p, else x / (1 - p); nothing happens after eval().
-- @tparam[opt=0.5] number p from 0 to 1
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @raise p outside 0 … 1
-- @see nn.Module:train, nn.Module:eval
-- @example nn.Dropout(0.5):eval()(lab.tensor{1, 2}) --> [1, 2]
local Dropout = Module:extend("Dropout")

function Dropout:init(...)
  self.p = options.read("nn.Dropout", { { "p", 0.5, kind = "probability" } }, ...).p
end

function Dropout:forward(x)
  return lab.dropout(x, self.p, self.training)
end

function Dropout:extra_repr()
  return "p=" .. self.p
end

return { Dropout = Dropout }
