--- Affine layers.
-- @module nn.linear

local Module = require "nn.module"
local Parameter = require "nn.parameter"
local options = require "nn.options"
local init = require "nn.initializers"
local linear = lab.linear

--- y = x @ weight:t() + bias, from (*, in_features) to (*, out_features).
--
-- weight is (out_features, in_features), bias (out_features); both start uniform in ±1/√in_features, as PyTorch's.
-- @tparam int in_features how many numbers come in
-- @tparam int out_features how many go out
-- @tparam[opt] table options bias=true (false: without), dtype="float32", device (where the parameters live)
-- @treturn nn.Module a layer: (*, in_features) to (*, out_features)
-- @raise when called: a last size that is not in_features
-- @example nn.Linear(2, 8)(lab.zeros(5, 2)).shape[2] --> 8
-- @example nn.Linear(2, 8)(lab.zeros(5, 3)) --> error: 3
local Linear = Module:extend("Linear")

local parameters = {
  { "in_features", kind = "size", required = true }, { "out_features", kind = "size", required = true },
  { "bias", true, kind = "boolean" }, { "dtype", "float32", kind = "string" }, { "device", nil, kind = "string" },
}

function Linear:init(...)
  local o = options.read("nn.Linear", parameters, ...)
  local where = { dtype = o.dtype, device = o.device }
  self.in_features, self.out_features = o.in_features, o.out_features
  self.weight = Parameter(lab.empty(o.out_features, o.in_features, where))
  if o.bias then self.bias = Parameter(lab.empty(o.out_features, where)) end
  self:reset_parameters()
end

--- Draws new starting values.
-- @treturn nil
-- @example local l = nn.Linear(2, 3); local before = l.weight:clone(); l:reset_parameters(); l.weight:eq(before):all():item() --> false
function Linear:reset_parameters()
  init.kaiming_uniform_(self.weight, { a = math.sqrt(5) })
  if self.bias then
    local bound = self.in_features > 0 and 1 / math.sqrt(self.in_features) or 0
    init.uniform_(self.bias, -bound, bound)
  end
end

function Linear:forward(x)
  return linear(x, self.weight, self.bias)
end

function Linear:extra_repr()
  return ("in_features=%d, out_features=%d, bias=%s"):format(self.in_features, self.out_features,
    tostring(self.bias ~= nil))
end

return { Linear = Linear }
