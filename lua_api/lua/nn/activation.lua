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

-- A layer without options.
local function plain(name, operator)
  define(name, {}, function(_, x) return operator(x) end)
end

--- max(x, 0).
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function ReLU
-- @example nn.ReLU()(lab.tensor{-1, 2}) --> [0, 2]
plain("ReLU", lab.relu)

--- max(x, 0), at most 6.
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function ReLU6
-- @example nn.ReLU6()(lab.tensor{-1, 9}) --> [0, 6]
plain("ReLU6", lab.relu6)

--- Scaled ELU that keeps mean 0 and variance 1.
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function SELU
-- @example nn.SELU()(lab.tensor{-1, 2}) --> [-1.1113, 2.1014]
plain("SELU", lab.selu)

--- x * sigmoid(x), also called swish.
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function SiLU
-- @example nn.SiLU()(lab.tensor{-1, 2}) --> [-0.2689, 1.7616]
plain("SiLU", lab.silu)

--- x * tanh(softplus(x)).
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Mish
-- @example nn.Mish()(lab.tensor{-1, 2}) --> [-0.3034, 1.9440]
plain("Mish", lab.mish)

--- x / (1 + abs(x)).
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Softsign
-- @example nn.Softsign()(lab.tensor{-1, 3}) --> [-0.5000, 0.7500]
plain("Softsign", lab.softsign)

--- Hyperbolic tangent.
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Tanh
-- @example nn.Tanh()(lab.tensor{0, 1}) --> [0.0000, 0.7616]
plain("Tanh", lab.tanh)

--- 1 / (1 + exp(-x)).
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Sigmoid
-- @example nn.Sigmoid()(lab.tensor{0, 2}) --> [0.5000, 0.8808]
plain("Sigmoid", lab.sigmoid)

--- log(sigmoid(x)), exact for large -x.
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function LogSigmoid
-- @example nn.LogSigmoid()(lab.tensor{0, 2}) --> [-0.6931, -0.1269]
plain("LogSigmoid", lab.logsigmoid)

--- x / 6 + 1/2 kept between 0 and 1.
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Hardsigmoid
-- @example nn.Hardsigmoid()(lab.tensor{-4, 0, 4}) --> [0.0000, 0.5000, 1.0000]
plain("Hardsigmoid", lab.hardsigmoid)

--- x * hardsigmoid(x).
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Hardswish
-- @example nn.Hardswish()(lab.tensor{-4, 0, 4}) --> [0, 0, 4]
plain("Hardswish", lab.hardswish)

--- x above 0, negative_slope * x below.
-- @tparam[opt] table options negative_slope=0.01
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function LeakyReLU
-- @example nn.LeakyReLU(0.1)(lab.tensor{-10, 1}) --> [-1, 1]
define("LeakyReLU", { number("negative_slope", 0.01) },
  function(self, x) return lab.leaky_relu(x, self.negative_slope) end)

--- x above 0, alpha * (exp(x) - 1) below.
-- @tparam[opt] table options alpha=1 (far below 0 the result tends to -alpha)
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function ELU
-- @example nn.ELU()(lab.tensor{0, 2}) --> [0, 2]
define("ELU", { number("alpha", 1.0) },
  function(self, x) return lab.elu(x, self.alpha) end)

--- x above 0, alpha * (exp(x / alpha) - 1) below.
-- @tparam[opt] table options alpha=1 (far below 0 the result tends to -alpha)
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function CELU
-- @example nn.CELU()(lab.tensor{0, 2}) --> [0, 2]
define("CELU", { number("alpha", 1.0) },
  function(self, x) return lab.celu(x, self.alpha) end)

--- x times the normal distribution function at x (Hendrycks and Gimpel, 2016).
-- @tparam[opt] table options approximate="none", or "tanh"
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @raise another word than "none" or "tanh"
-- @function GELU
-- @example nn.GELU{approximate="tanh"}(lab.tensor{0, 2}) --> [0.0000, 1.9546]
define("GELU", { { "approximate", "none", kind = "string" } },
  function(self, x) return self.approximate == "tanh" and lab.gelu_tanh(x) or lab.gelu(x) end)
local gelu_init = activations.GELU.init
function activations.GELU:init(...)
  gelu_init(self, ...)
  if self.approximate ~= "none" and self.approximate ~= "tanh" then
    error(("nn.GELU: approximate is \"%s\": \"none\" or \"tanh\" is needed"):format(self.approximate))
  end
end

--- log(1 + exp(beta * x)) / beta, x itself above the threshold.
-- @tparam[opt] table options beta=1 (how sharp the corner is), threshold=20 (x itself where beta * x is above it)
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Softplus
-- @example nn.Softplus()(lab.tensor{0, 2}) --> [0.6931, 2.1269]
define("Softplus", { number("beta", 1.0), number("threshold", 20.0) },
  function(self, x) return lab.softplus(x, self.beta, self.threshold) end)

--- x kept between min_val and max_val.
-- @tparam[opt] table options min_val=-1, max_val=1
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Hardtanh
-- @example nn.Hardtanh()(lab.tensor{-3, 3}) --> [-1, 1]
define("Hardtanh", { number("min_val", -1.0), number("max_val", 1.0) },
  function(self, x) return lab.hardtanh(x, self.min_val, self.max_val) end)

local dim = { { "dim", kind = "integer", required = true } }

--- Numbers from 0 to 1 that sum to 1 over dim.
-- @tparam int dim counted from 1; of scores (N, C): 2
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Softmax
-- @example nn.Softmax(1)(lab.tensor{0, 0}) --> [0.5000, 0.5000]
define("Softmax", dim,
  function(self, x) return lab.softmax(x, self.dim) end)

--- log(softmax(x)).
-- @tparam int dim counted from 1; of scores (N, C): 2
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function LogSoftmax
-- @example nn.LogSoftmax(1)(lab.tensor{0, 0}) --> [-0.6931, -0.6931]
define("LogSoftmax", dim,
  function(self, x) return lab.log_softmax(x, self.dim) end)

--- softmax(-x).
-- @tparam int dim counted from 1; of scores (N, C): 2
-- @treturn nn.Module a layer: x of any shape (*) to the same shape
-- @function Softmin
-- @example nn.Softmin(1)(lab.tensor{0, 0}) --> [0.5000, 0.5000]
define("Softmin", dim,
  function(self, x) return lab.softmin(x, self.dim) end)

return activations
