--- Starting values: each function fills a tensor in place, without a gradient, and gives it back.
-- They stand in nn.init.
-- @module nn.init

local options = require "nn.options"

local init = {}

local function fill(tensor, write)
  lab.no_grad(function() write(tensor) end)
  return tensor
end

local function check_tensor(op, tensor)
  if not lab.is_tensor(tensor) then error(("nn.init.%s: a tensor is needed, got %s"):format(op, type(tensor))) end
end

local function read(op, parameters, tensor, ...)
  check_tensor(op, tensor)
  return options.read("nn.init." .. op, parameters, ...)
end

local function number(name, default)
  return { name, default, kind = "number" }
end

--- Every element between a and b, equally likely.
-- @tparam tensor tensor of any shape; it is filled
-- @tparam[opt=0] number a
-- @tparam[opt=1] number b
-- @treturn tensor the same tensor
-- @example nn.init.uniform_(lab.zeros(100), 2, 3):min():item() >= 2 --> true
function init.uniform_(tensor, ...)
  local o = read("uniform_", { number("a", 0.0), number("b", 1.0) }, tensor, ...)
  return fill(tensor, function(t) t:uniform_(o.a, o.b) end)
end

--- Normal numbers.
-- @tparam tensor tensor of any shape; it is filled
-- @tparam[opt=0] number mean
-- @tparam[opt=1] number std
-- @treturn tensor the same tensor
-- @example nn.init.normal_(lab.zeros(3), 5, 0)[1] --> 5.0
function init.normal_(tensor, ...)
  local o = read("normal_", { number("mean", 0.0), number("std", 1.0) }, tensor, ...)
  return fill(tensor, function(t) t:normal_(o.mean, o.std) end)
end

--- One number everywhere.
-- @tparam tensor tensor of any shape; it is filled
-- @tparam number value
-- @treturn tensor the same tensor
-- @example nn.init.constant_(lab.zeros(2), 7) --> [7, 7]
function init.constant_(tensor, value)
  check_tensor("constant_", tensor)
  if type(value) ~= "number" then error("nn.init.constant_: a number is needed, got " .. type(value), 2) end
  return fill(tensor, function(t) t:fill_(value) end)
end

--- 0 everywhere.
-- @tparam tensor tensor of any shape; it is filled
-- @treturn tensor the same tensor
-- @example nn.init.zeros_(lab.ones(2)) --> [0, 0]
function init.zeros_(tensor) return init.constant_(tensor, 0) end

--- 1 everywhere.
-- @tparam tensor tensor of any shape; it is filled
-- @treturn tensor the same tensor
-- @example nn.init.ones_(lab.zeros(2)) --> [1, 1]
function init.ones_(tensor) return init.constant_(tensor, 1) end

--- The identity matrix.
-- @tparam tensor tensor (n, m); it is filled
-- @treturn tensor the same tensor
-- @raise anything but a matrix
-- @example nn.init.eye_(lab.zeros(2, 2)) --> [[1, 0], [0, 1]]
function init.eye_(tensor)
  check_tensor("eye_", tensor)
  if tensor.ndim ~= 2 then error("nn.init.eye_: a matrix is needed, got " .. tensor.ndim .. " dimensions", 2) end
  local shape = tensor.shape
  return fill(tensor, function(t) t:copy_(lab.eye(shape[1], shape[2])) end)
end

-- Inputs and outputs of a weight (out, in, …): what meets in one sum.
local function fans(op, tensor)
  local shape = tensor.shape
  if #shape < 2 then
    error(("nn.init.%s: a weight (out, in, …) of at least 2 dimensions is needed, got %d"):format(op, #shape))
  end
  local field = 1
  for i = 3, #shape do field = field * shape[i] end
  return shape[2] * field, shape[1] * field
end

local slopes = { linear = 1, identity = 1, conv1d = 1, conv2d = 1, conv3d = 1, sigmoid = 1, tanh = 5 / 3, relu = math.sqrt(2),
                 selu = 3 / 4 }

--- The factor that keeps the size of signals through a non-linearity.
-- @tparam string nonlinearity "linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"
-- @tparam[opt=0.01] number param the slope of leaky_relu
-- @treturn number
-- @raise an unknown name: the message lists the known ones
-- @example nn.init.calculate_gain("tanh") --> 1.6666666666667
function init.calculate_gain(nonlinearity, param)
  if nonlinearity == "leaky_relu" then return math.sqrt(2 / (1 + (param or 0.01) ^ 2)) end
  local gain = slopes[nonlinearity]
  if not gain then
    local names = { "leaky_relu" }
    for name in pairs(slopes) do names[#names + 1] = name end
    table.sort(names)
    local near = options.nearest(tostring(nonlinearity), names)
    error(("nn.init.calculate_gain: unknown nonlinearity '%s'%s (known: %s)"):format(tostring(nonlinearity),
      near and "; did you mean '" .. near .. "'?" or "", table.concat(names, ", ")), 2)
  end
  return gain
end

--- Uniform in ±gain * √(6 / (in + out)) (Glorot and Bengio, 2010).
-- @tparam tensor tensor a weight (out, in, …); it is filled
-- @tparam[opt=1] number gain as of calculate_gain
-- @treturn tensor the same tensor
-- @raise fewer than 2 dimensions
-- @example nn.init.xavier_uniform_(lab.zeros(3, 3)):abs():max():item() <= 1 --> true
function init.xavier_uniform_(tensor, ...)
  local o = read("xavier_uniform_", { number("gain", 1.0) }, tensor, ...)
  local fan_in, fan_out = fans("xavier_uniform_", tensor)
  local bound = o.gain * math.sqrt(6 / (fan_in + fan_out))
  return init.uniform_(tensor, -bound, bound)
end

--- Normal with deviation gain * √(2 / (in + out)).
-- @tparam tensor tensor a weight (out, in, …); it is filled
-- @tparam[opt=1] number gain as of calculate_gain
-- @treturn tensor the same tensor
-- @raise fewer than 2 dimensions
-- @example nn.init.xavier_normal_(lab.zeros(3, 3)).shape[1] --> 3
function init.xavier_normal_(tensor, ...)
  local o = read("xavier_normal_", { number("gain", 1.0) }, tensor, ...)
  local fan_in, fan_out = fans("xavier_normal_", tensor)
  return init.normal_(tensor, 0, o.gain * math.sqrt(2 / (fan_in + fan_out)))
end

local kaiming = { number("a", 0.0), { "mode", "fan_in", kind = "string" }, { "nonlinearity", "leaky_relu", kind = "string" } }

-- The deviation gain / √fan.
local function kaiming_std(op, tensor, ...)
  local o = read(op, kaiming, tensor, ...)
  local fan_in, fan_out = fans(op, tensor)
  if o.mode ~= "fan_in" and o.mode ~= "fan_out" then
    error(("nn.init.%s: mode is '%s': \"fan_in\" or \"fan_out\" is needed"):format(op, o.mode))
  end
  local fan = o.mode == "fan_in" and fan_in or fan_out
  return fan > 0 and init.calculate_gain(o.nonlinearity, o.a) / math.sqrt(fan) or 0
end

--- Uniform in ±gain * √(3 / fan) (He et al., 2015).
-- @tparam tensor tensor a weight (out, in, …); it is filled
-- @tparam[opt] table options a=0 (the slope of leaky_relu), mode="fan_in" or "fan_out", nonlinearity="leaky_relu"
-- @treturn tensor the same tensor
-- @raise fewer than 2 dimensions
-- @example nn.init.kaiming_uniform_(lab.zeros(3, 6)):abs():max():item() <= 1 --> true
function init.kaiming_uniform_(tensor, ...)
  local bound = math.sqrt(3) * kaiming_std("kaiming_uniform_", tensor, ...)
  return init.uniform_(tensor, -bound, bound)
end

--- Normal with deviation gain / √fan.
-- @tparam tensor tensor a weight (out, in, …); it is filled
-- @tparam[opt] table options a=0, mode="fan_in" or "fan_out", nonlinearity="leaky_relu"
-- @treturn tensor the same tensor
-- @raise fewer than 2 dimensions
-- @example nn.init.kaiming_normal_(lab.zeros(3, 6), {nonlinearity="relu"}).shape[2] --> 6
function init.kaiming_normal_(tensor, ...)
  return init.normal_(tensor, 0, kaiming_std("kaiming_normal_", tensor, ...))
end

--- A (partly) orthogonal matrix: rows or columns of length gain at right angles (Saxe et al., 2013).
-- @tparam tensor tensor of at least 2 dimensions, those after the first count as one; it is filled
-- @tparam[opt=1] number gain as of calculate_gain
-- @treturn tensor the same tensor
-- @raise fewer than 2 dimensions
-- @example local q = nn.init.orthogonal_(lab.zeros(3, 3)); (q:matmul(q:t()) - lab.eye(3)):abs():max():item() < 1e-5 --> true
function init.orthogonal_(tensor, ...)
  local o = read("orthogonal_", { number("gain", 1.0) }, tensor, ...)
  fans("orthogonal_", tensor)
  local rows = tensor.shape[1]
  local columns = rows > 0 and tensor:numel() // rows or 0
  if rows == 0 or columns == 0 then return tensor end
  return fill(tensor, function(t)
    local wide = rows < columns
    local normal = lab.randn(wide and columns or rows, wide and rows or columns, { dtype = tensor.dtype })
    local q, r = lab.qr(normal)
    q = q * r:diagonal():sign() -- makes the choice of q unique, so that it is spread evenly
    if wide then q = q:t() end
    t:copy_((q * o.gain):reshape(tensor.shape))
  end)
end

--- Normal numbers drawn again until they lie between a and b.
-- @tparam tensor tensor of any shape; it is filled
-- @tparam[opt] table options mean=0, std=1, a=-2, b=2
-- @treturn tensor the same tensor
-- @raise a is not below b
-- @example nn.init.trunc_normal_(lab.zeros(1000)):abs():max():item() <= 2 --> true
function init.trunc_normal_(tensor, ...)
  local o = read("trunc_normal_", { number("mean", 0.0), number("std", 1.0), number("a", -2.0), number("b", 2.0) }, tensor, ...)
  if o.a >= o.b then error("nn.init.trunc_normal_: a must be less than b", 2) end
  -- The inverse of the normal distribution function, of uniform numbers between its values at a and b.
  local function distribution(x)
    return 0.5 * (1 + lab.erf(lab.tensor({ (x - o.mean) / o.std / math.sqrt(2) }, { dtype = "float64" })):item())
  end
  local low, high = distribution(o.a), distribution(o.b)
  return fill(tensor, function(t)
    t:uniform_(2 * low - 1, 2 * high - 1)
    t:copy_((lab.erfinv(t) * (o.std * math.sqrt(2)) + o.mean):clamp(o.a, o.b))
  end)
end

return init
