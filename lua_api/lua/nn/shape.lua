--- Layers that change only shapes, or nothing.
-- @module nn.shape

local Module = require "nn.module"
local options = require "nn.options"

--- Gives back what it gets.
-- @treturn nn.Module a layer: x to x
-- @class nn.Identity
-- @example nn.Identity()(lab.tensor{1, 2}) --> [1, 2]
local Identity = Module:extend("Identity")

function Identity:forward(x)
  return x
end

--- Dimensions start_dim to end_dim become one; by default all but the first, (N, C, H, W) to (N, C*H*W).
-- @tparam[opt=2] int start_dim counted from 1
-- @tparam[opt=-1] int end_dim counted from 1; -1 is the last
-- @treturn nn.Module a layer: (N, …) to (N, product of the sizes)
-- @example nn.Flatten()(lab.zeros(5, 2, 3)).shape[2] --> 6
local Flatten = Module:extend("Flatten")

function Flatten:init(...)
  local o = options.read("nn.Flatten", { { "start_dim", 2, kind = "integer" }, { "end_dim", -1, kind = "integer" } }, ...)
  self.start_dim, self.end_dim = o.start_dim, o.end_dim
end

function Flatten:forward(x)
  return x:flatten(self.start_dim, self.end_dim)
end

function Flatten:extra_repr()
  return ("start_dim=%d, end_dim=%d"):format(self.start_dim, self.end_dim)
end

--- Dimension dim becomes several, of the given sizes.
-- @tparam int dim counted from 1
-- @tparam {int,...} unflattened_size one may be -1
-- @treturn nn.Module a layer: (…, product, …) to (…, sizes, …)
-- @raise when called: sizes whose product is not that of dim
-- @example nn.Unflatten(2, {2, 3})(lab.zeros(5, 6)).shape[3] --> 3
local Unflatten = Module:extend("Unflatten")

function Unflatten:init(...)
  local o = options.read("nn.Unflatten", { { "dim", kind = "integer", required = true },
    { "unflattened_size", kind = "table", required = true } }, ...)
  self.dim, self.unflattened_size = o.dim, o.unflattened_size
end

function Unflatten:forward(x)
  return x:unflatten(self.dim, self.unflattened_size)
end

function Unflatten:extra_repr()
  return ("dim=%d, unflattened_size={%s}"):format(self.dim, table.concat(self.unflattened_size, ", "))
end

return { Identity = Identity, Flatten = Flatten, Unflatten = Unflatten }
