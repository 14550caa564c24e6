--- Non-linearities as layers: each calls the operator of lab with its options.
-- @module nn.activation

local Module = require "nn.module"
local options = require "nn.options"

local activations = {}

-- A layer `name` with the given parameters; forward(self, x) computes it.
local function define(name, parameters, forward)
  local class = Module:extend(name)
  local names = {}
  for i, parameter in ipairs(parameters) do names[i] = parameter[1] end
  function class:init(...)
    local o = options.read("nn." .. name, parameters, ...)
    for _, option in ipairs(names) do self[option] = o[option] end
  end
  function class:extra_repr()
    local parts = {}
    for i, option in ipairs(names) do parts[i] = option .. "=" .. tostring(self[option]) end
    return table.concat(parts, ", ")
  end
  class.forward = forward
  activations[name] = class
end

local function number(name, default)
  return { name, default, kind = "number" }
end

-- Layers without options.
local plain = {
  ReLU = lab.relu, ReLU6 = lab.relu6, SELU = lab.selu, SiLU = lab.silu, Mish = lab.mish, Softsign = lab.softsign,
  Tanh = lab.tanh, Sigmoid = lab.sigmoid, LogSigmoid = lab.logsigmoid, Hardsigmoid = lab.hardsigmoid,
  Hardswish = lab.hardswish,
}
for name, operator in pairs(plain) do
  define(name, {}, function(_, x) return operator(x) end)
end

--- x above 0, negative_slope * x below.
-- @tparam[opt] table options negative_slope=0.01
-- @example nn.LeakyReLU(0.1)(lab.tensor{-10, 1}) --> [-1, 1]
define("LeakyReLU", { number("negative_slope", 0.01) }, function(self, x)
  return lab.leaky_relu(x, self.negative_slope)
end)

--- x above 0, alpha * (exp(x) - 1) below.
-- @tparam[opt] table options alpha=1
-- @example nn.ELU()(lab.tensor{0, 2}) --> [0, 2]
define("ELU", { number("alpha", 1.0) }, function(self, x) return lab.elu(x, self.alpha) end)

--- x above 0, alpha * (exp(x / alpha) - 1) below.
-- @tparam[opt] table options alpha=1
-- @example nn.CELU()(lab.tensor{0, 2}) --> [0, 2]
define("CELU", { number("alpha", 1.0) }, function(self, x) return lab.celu(x, self.alpha) end)

--- x times the normal distribution function at x.
-- @tparam[opt] table options approximate="none", or "tanh"
-- @example nn.GELU{approximate="tanh"}(lab.tensor{0, 2}) --> [0.0000, 1.9546]
define("GELU", { { "approximate", "none", kind = "string" } }, function(self, x)
  if self.approximate == "tanh" then return lab.gelu_tanh(x) end
  return lab.gelu(x)
end)
local gelu_init = activations.GELU.init
function activations.GELU:init(...)
  gelu_init(self, ...)
  if self.approximate ~= "none" and self.approximate ~= "tanh" then
    error(("nn.GELU: approximate is \"%s\": \"none\" or \"tanh\" is needed"):format(self.approximate))
  end
end

--- log(1 + exp(beta * x)) / beta, x itself above the threshold.
-- @tparam[opt] table options beta=1, threshold=20
-- @example nn.Softplus()(lab.tensor{0, 2}) --> [0.6931, 2.1269]
define("Softplus", { number("beta", 1.0), number("threshold", 20.0) }, function(self, x)
  return lab.softplus(x, self.beta, self.threshold)
end)

--- x kept between min_val and max_val.
-- @tparam[opt] table options min_val=-1, max_val=1
-- @example nn.Hardtanh()(lab.tensor{-3, 3}) --> [-1, 1]
define("Hardtanh", { number("min_val", -1.0), number("max_val", 1.0) }, function(self, x)
  return lab.hardtanh(x, self.min_val, self.max_val)
end)

local dim = { { "dim", kind = "integer", required = true } }

--- Numbers from 0 to 1 that sum to 1 over dim.
-- @tparam int dim
-- @example nn.Softmax(1)(lab.tensor{0, 0}) --> [0.5000, 0.5000]
define("Softmax", dim, function(self, x) return lab.softmax(x, self.dim) end)

--- log(softmax(x)).
-- @tparam int dim
-- @example nn.LogSoftmax(1)(lab.tensor{0, 0}) --> [-0.6931, -0.6931]
define("LogSoftmax", dim, function(self, x) return lab.log_softmax(x, self.dim) end)

--- softmax(-x).
-- @tparam int dim
-- @example nn.Softmin(1)(lab.tensor{0, 0}) --> [0.5000, 0.5000]
define("Softmin", dim, function(self, x) return lab.softmin(x, self.dim) end)

return activations
