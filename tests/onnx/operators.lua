-- operators.lua: ONNX operators written in moonlab's; f(inputs, attributes) returns the outputs.  A string instead of a
-- function is the reason why one is left out.
local O = {}

local function dim(axis) return axis >= 0 and axis + 1 or axis end
local function dims(axes)
  local list = {}
  for i, a in ipairs(axes) do list[i] = dim(a) end
  return list
end
local function ints(t) return t and t:tolist() end

local function same(names)
  for onnx, name in pairs(names) do
    O[onnx] = function(x) return lab[name](table.unpack(x, 1, x.n)) end
  end
end

same { Abs = "abs", Acos = "acos", Acosh = "acosh", And = "logical_and", Asin = "asin", Asinh = "asinh", Atan = "atan", Atanh = "atanh",
       Ceil = "ceil", Cos = "cos", Cosh = "cosh", Det = "det", Equal = "eq", Erf = "erf", Exp = "exp", Floor = "floor", Greater = "gt",
       GreaterOrEqual = "ge", HardSwish = "hardswish", IsNaN = "isnan", Less = "lt", LessOrEqual = "le", Log = "log", MatMul = "matmul",
       Mul = "mul", Neg = "neg", Not = "logical_not", Or = "logical_or", Reciprocal = "reciprocal", Relu = "relu", Round = "round",
       Sigmoid = "sigmoid", Sign = "sign", Sin = "sin", Sinh = "sinh", Softplus = "softplus", Softsign = "softsign", Sqrt = "sqrt",
       Sub = "sub", Tan = "tan", Tanh = "tanh", Where = "where", Xor = "logical_xor", Add = "add", BitwiseAnd = "bitwise_and",
       BitwiseOr = "bitwise_or", BitwiseXor = "bitwise_xor", BitwiseNot = "bitwise_not" }

O.Identity = function(x) return x[1] end
O.Div = function(x)
  if x[1]:is_floating_point() then return x[1] / x[2] end
  return lab.floor_divide(x[1], x[2])
end
O.Mod = function(x, a) return a.fmod == 1 and lab.fmod(x[1], x[2]) or lab.remainder(x[1], x[2]) end
O.Pow = function(x)
  local base, power = x[1], x[2]
  if base.dtype ~= power.dtype then
    if base:is_floating_point() then power = power:to(base.dtype)
    else return lab.pow(base:double(), power:double()):to(base.dtype) end
  end
  return lab.pow(base, power)
end
O.BitShift = function(x, a) return lab[a.direction == "LEFT" and "bitwise_left_shift" or "bitwise_right_shift"](x[1], x[2]) end
O.IsInf = function(x, a)
  local inf = x[1]:isinf()
  if a.detect_negative == 0 then inf = inf & x[1]:gt(0) end
  if a.detect_positive == 0 then inf = inf & x[1]:lt(0) end
  return inf
end
O.Clip = function(x, a)
  local options = {}
  local lo, hi = x[2] or a.min, x[3] or a.max
  if lo and lab.is_tensor(lo) then lo = lo:item() end
  if hi and lab.is_tensor(hi) then hi = hi:item() end
  if lo then options.min = lo end
  if hi then options.max = hi end
  return next(options) and x[1]:clamp(options) or x[1]
end

local function fold(name)
  return function(x)
    local y = x[1]
    for i = 2, x.n do y = lab[name](y, x[i]) end
    return y
  end
end
O.Max, O.Min, O.Sum = fold "maximum", fold "minimum", fold "add"
O.Mean = function(x) return O.Sum(x) / x.n end

-- Activations.
O.LeakyRelu = function(x, a) return lab.leaky_relu(x[1], a.alpha or 0.01) end
O.Elu = function(x, a) return lab.elu(x[1], a.alpha or 1) end
O.Celu = function(x, a) return lab.celu(x[1], a.alpha or 1) end
O.Selu = function(x, a)
  local alpha, gamma = a.alpha or 1.6732632423543772, a.gamma or 1.0507009873554805
  return lab.where(x[1]:gt(0), x[1] * gamma, lab.expm1(x[1]) * (alpha * gamma))
end
O.HardSigmoid = function(x, a) return (x[1] * (a.alpha or 0.2) + (a.beta or 0.5)):clamp(0, 1) end
O.PRelu = function(x) return lab.where(x[1]:gt(0), x[1], x[1] * x[2]) end
O.ThresholdedRelu = function(x, a) return lab.where(x[1]:gt(a.alpha or 1), x[1], 0) end
O.Shrink = function(x, a)
  local l, b = a.lambd or 0.5, a.bias or 0
  return lab.where(x[1]:lt(-l), x[1] + b, lab.where(x[1]:gt(l), x[1] - b, 0))
end

-- Before opset 13 softmax worked on the tensor flattened to two dimensions.
local function soft(name)
  return function(x, a)
    local axis = a.axis or (a.opset >= 13 and -1 or 1)
    if a.opset >= 13 then return lab[name](x[1], dim(axis)) end
    local shape, rows = x[1].shape, 1
    if axis < 0 then axis = axis + #shape end
    for i = 1, axis do rows = rows * shape[i] end
    return lab[name](x[1]:reshape(rows, -1), 2):reshape(shape)
  end
end
O.Softmax, O.LogSoftmax = soft "softmax", soft "log_softmax"
O.Hardmax = function(x, a)
  local d = dim(a.axis or -1)
  local n = x[1].shape[d > 0 and d or #x[1].shape + 1 + d]
  local hot = lab.one_hot(x[1]:argmax(d), n)
  return hot:movedim(-1, d):to(x[1].dtype)
end

-- Reductions.
local function axes_of(x, a) return a.axes or ints(x[2]) end
local function reduce(f)
  return function(x, a)
    local axes, keep = axes_of(x, a), a.keepdims ~= 0
    if axes and #axes == 0 then axes = nil end
    if not axes and a.noop_with_empty_axes == 1 then return x[1] end
    if not axes then axes = {}; for i = 1, #x[1].shape do axes[i] = i - 1 end end
    local dtype = x[1].dtype
    return f(x[1], dims(axes), keep):to(dtype)
  end
end
local function named(name) return function(x, d, keep) return lab[name](x, d, { keepdim = keep }) end end
O.ReduceSum, O.ReduceMax, O.ReduceMin = reduce(named "sum"), reduce(named "amax"), reduce(named "amin")
O.ReduceMean = reduce(named "mean")
O.ReduceL1 = reduce(function(x, d, keep) return x:abs():sum(d, { keepdim = keep }) end)
O.ReduceL2 = reduce(function(x, d, keep) return x:float():square():sum(d, { keepdim = keep }):sqrt() end)
O.ReduceSumSquare = reduce(function(x, d, keep) return x:square():sum(d, { keepdim = keep }) end)
O.ReduceLogSum = reduce(function(x, d, keep) return x:sum(d, { keepdim = keep }):log() end)
O.ReduceLogSumExp = reduce(function(x, d, keep) return lab.logsumexp(x, d, { keepdim = keep }) end)
O.ReduceProd = reduce(function(x, d, keep)
  local n = #x.shape
  local list = {}
  for i, v in ipairs(d) do list[i] = v > 0 and v or n + 1 + v end
  table.sort(list, function(p, q) return p > q end)
  for _, v in ipairs(list) do x = x:prod(v, { keepdim = keep }) end
  return x
end)
local function arg(name)
  return function(x, a)
    local d, keep = dim(a.axis or 0), a.keepdims ~= 0
    if a.select_last_index == 1 then
      local n = x[1].shape[d > 0 and d or #x[1].shape + 1 + d]
      return (n - lab[name](x[1]:flip(d), d, { keepdim = keep }))
    end
    return lab[name](x[1], d, { keepdim = keep }) - 1
  end
end
O.ArgMax, O.ArgMin = arg "argmax", arg "argmin"
O.CumSum = function(x, a)
  local d, y = dim(x[2]:item()), x[1]
  if a.reverse == 1 then y = y:flip(d) end
  local s = y:cumsum(d)
  if a.exclusive == 1 then s = s - y end
  s = s:to(y.dtype)
  return a.reverse == 1 and s:flip(d) or s
end
O.TopK = function(x, a)
  local k, d = x[2] and x[2]:reshape(-1)[1] or a.k, dim(a.axis or -1)
  local v, i = lab.topk(x[1], k, d, { largest = a.largest ~= 0 })
  return v, i - 1
end
O.NonZero = function(x) return (lab.nonzero(x[1]) - 1):t():contiguous() end
O.Unique = "its order of outputs (first occurrences) differs from torch.unique"

-- Shape.
O.Reshape = function(x, a)
  local shape = ints(x[2]) or a.shape
  for i, s in ipairs(shape) do if s == 0 and a.allowzero ~= 1 then shape[i] = x[1].shape[i] end end
  return x[1]:reshape(shape)
end
O.Shape = function(x, a)
  local shape, n = x[1].shape, #x[1].shape
  local from, to = a.start or 0, a["end"] or n
  if from < 0 then from = math.max(from + n, 0) end
  if to < 0 then to = to + n end
  local list = {}
  for i = from + 1, math.min(to, n) do list[#list + 1] = shape[i] end
  return lab.tensor(list, { dtype = "int64" })
end
O.Size = function(x) return lab.tensor(x[1]:numel(), { dtype = "int64" }) end
O.Transpose = function(x, a)
  local p = {}
  for i = 1, #x[1].shape do p[i] = a.perm and a.perm[i] + 1 or #x[1].shape + 1 - i end
  return x[1]:permute(p)
end
O.Flatten = function(x, a)
  local shape, axis, rows = x[1].shape, a.axis or 1, 1
  if axis < 0 then axis = axis + #shape end
  for i = 1, axis do rows = rows * shape[i] end
  return x[1]:reshape(rows, -1)
end
O.Squeeze = function(x, a)
  local axes = axes_of(x, a)
  return axes and x[1]:squeeze(dims(axes)) or x[1]:squeeze()
end
O.Unsqueeze = function(x, a)
  local axes, n = axes_of(x, a), #x[1].shape
  local list = {}
  for i, v in ipairs(axes) do list[i] = v >= 0 and v or v + n + #axes end
  table.sort(list)
  local y = x[1]
  for _, v in ipairs(list) do y = y:unsqueeze(v + 1) end
  return y
end
O.Concat = function(x, a)
  local list = {}
  for i = 1, x.n do list[i] = x[i] end
  return lab.cat(list, dim(a.axis))
end
O.Split = function(x, a)
  local d = dim(a.axis or 0)
  local sizes = ints(x[2]) or a.split
  if not sizes then
    local n = x[1].shape[d > 0 and d or #x[1].shape + 1 + d]
    local each = -(-n // a.outputs)
    sizes = {}
    for i = 1, a.outputs do sizes[i] = math.min(each, n - each * (i - 1)) end
  end
  return table.unpack(lab.split(x[1], sizes, d))
end
O.Expand = function(x)
  local shape = ints(x[2])
  return x[1] * lab.ones(shape, { dtype = x[1].dtype })
end
O.Tile = function(x) return x[1]:tile(ints(x[2])) end
O.Pad = function(x, a)
  local pads, value = ints(x[2]) or a.pads, x[3] and x[3]:item() or a.value or 0
  local n, list = #x[1].shape, {}
  for i = n, 1, -1 do list[#list + 1] = pads[i]; list[#list + 1] = pads[i + n] end
  local mode = ({ constant = "constant", reflect = "reflect", edge = "replicate" })[a.mode or "constant"]
  if mode == "constant" then return lab.pad(x[1], list, mode, value) end
  while #list > 2 and list[#list] == 0 and list[#list - 1] == 0 do list[#list] = nil; list[#list] = nil end
  return lab.pad(x[1], list, mode)
end
O.Slice = function(x, a)
  local starts, ends = ints(x[2]) or a.starts, ints(x[3]) or a.ends
  local axes, steps = ints(x[4]) or a.axes, ints(x[5])
  local y = x[1]
  for i, s in ipairs(starts) do
    local axis, step, e = axes and axes[i] or i - 1, steps and steps[i] or 1, ends[i]
    if axis < 0 then axis = axis + #y.shape end
    local n = y.shape[axis + 1]
    local function clamp(v, lo, hi) if v < 0 then v = v + n end return math.max(lo, math.min(hi, v)) end
    local from, to
    if step > 0 then from, to = clamp(s, 0, n), clamp(e, 0, n) else from, to = clamp(s, 0, n - 1), clamp(e, -1, n - 1) end
    if e < -n and step < 0 then to = -1 end
    local list = {}
    for k = from, step > 0 and to - 1 or to + 1, step do list[#list + 1] = k + 1 end
    y = y:index_select(axis + 1, lab.tensor(list, { dtype = "int64" }))
  end
  return y
end
O.DepthToSpace = function(x, a)
  local b, s = a.blocksize, x[1].shape
  if a.mode == "CRD" then
    return x[1]:reshape(s[1], s[2] // (b * b), b, b, s[3], s[4]):permute(1, 2, 5, 3, 6, 4):reshape(s[1], s[2] // (b * b), s[3] * b, s[4] * b)
  end
  return x[1]:reshape(s[1], b, b, s[2] // (b * b), s[3], s[4]):permute(1, 4, 5, 2, 6, 3):reshape(s[1], s[2] // (b * b), s[3] * b, s[4] * b)
end
O.SpaceToDepth = function(x, a)
  local b, s = a.blocksize, x[1].shape
  return x[1]:reshape(s[1], s[2], s[3] // b, b, s[4] // b, b):permute(1, 4, 6, 2, 3, 5):reshape(s[1], s[2] * b * b, s[3] // b, s[4] // b)
end
O.Trilu = function(x, a)
  local k = x[2] and x[2]:item() or 0
  return a.upper == 0 and lab.tril(x[1], k) or lab.triu(x[1], k)
end
O.ReverseSequence = function(x, a)
  local time, batch = a.time_axis or 0, a.batch_axis or 1
  local y, lengths = x[1]:clone(), ints(x[2])
  for b, n in ipairs(lengths) do
    local part = y:select(batch + 1, b)
    local d = time > batch and time or time + 1
    part:narrow(d, 1, n):copy_(part:narrow(d, 1, n):flip(d):clone())
  end
  return y
end

-- Places.  ONNX counts from 0; negative ones count from the end in both.
local function from_zero(t) return lab.where(t:ge(0), t + 1, t) end
O.Gather = function(x, a)
  local d = dim(a.axis or 0)
  local n, shape = #x[1].shape, {}
  if d < 0 then d = d + n + 1 end
  for i = 1, d - 1 do shape[#shape + 1] = x[1].shape[i] end
  for _, s in ipairs(x[2].shape) do shape[#shape + 1] = s end
  for i = d + 1, n do shape[#shape + 1] = x[1].shape[i] end
  return x[1]:index_select(d, from_zero(x[2]):reshape(-1)):reshape(shape)
end
O.GatherElements = function(x, a)
  local d = dim(a.axis or 0)
  return lab.gather(x[1], d, from_zero(x[2]))
end
O.ScatterElements = function(x, a)
  local d, index = dim(a.axis or 0), from_zero(x[2])
  if a.reduction == "add" then return lab.scatter_add(x[1], d, index, x[3]) end
  if a.reduction == "mul" then return lab.scatter(x[1], d, index, x[3], { reduce = "multiply" }) end
  if a.reduction and a.reduction ~= "none" then error { skip = "ScatterElements with " .. a.reduction } end
  return lab.scatter(x[1], d, index, x[3])
end
O.Scatter = O.ScatterElements
-- Rows of the last dimension are index tuples: one tensor of places per dimension.
local function columns(index)
  local list, last = {}, index.shape[#index.shape]
  for k = 1, last do list[k] = from_zero(index:select(-1, k)) end
  return list
end
O.GatherND = function(x, a)
  if (a.batch_dims or 0) > 0 then
    local rows = {}
    for b = 1, x[1].shape[1] do rows[b] = lab.index(x[1][b], columns(x[2][b])) end
    return lab.stack(rows)
  end
  return lab.index(x[1], columns(x[2]))
end
O.ScatterND = function(x, a)
  if a.reduction == "add" then return lab.index_put(x[1], columns(x[2]), x[3], { accumulate = true }) end
  if a.reduction and a.reduction ~= "none" then error { skip = "ScatterND with " .. a.reduction } end
  return lab.index_put(x[1], columns(x[2]), x[3])
end
O.Compress = function(x, a)
  local list, mask = {}, ints(x[2])
  for i, on in ipairs(mask) do if on then list[#list + 1] = i end end
  local index = lab.tensor(list, { dtype = "int64" })
  if a.axis then return x[1]:index_select(dim(a.axis), index) end
  return x[1]:reshape(-1):index_select(1, index)
end
O.OneHot = function(x, a)
  local depth = x[2]:reshape(-1)[1] // 1 | 0
  local index = x[1]:to("int64")
  index = lab.where(index:lt(0), index + depth, index)
  local inside = index:ge(0) & index:lt(depth)
  local hot = lab.one_hot(lab.where(inside, index, 0) + 1, depth):bool() & inside:unsqueeze(-1)
  local y = lab.where(hot, x[3][2], x[3][1]):to(x[3].dtype)
  return y:movedim(-1, dim(a.axis or -1))
end
O.EyeLike = function(x, a)
  local n, m = table.unpack(x[1].shape)
  local types = { [1] = "float32", [11] = "float64", [6] = "int32", [7] = "int64" }
  local y = lab.zeros(n, m, { dtype = a.dtype and types[a.dtype] or x[1].dtype })
  local k = a.k or 0
  for i = 1, n do if i + k >= 1 and i + k <= m then y[{ i, i + k }] = 1 end end
  return y
end

-- Making.
local cast_types = { [1] = "float32", [2] = "uint8", [3] = "int8", [6] = "int32", [7] = "int64", [9] = "bool", [10] = "float16",
                     [11] = "float64", [16] = "bfloat16" }
O.Cast = function(x, a)
  local dtype = cast_types[a.to]
  if not dtype then error { skip = "Cast to a dtype that is not there" } end
  return x[1]:to(dtype)
end
O.CastLike = function(x) return x[1]:to(x[2].dtype) end
O.Constant = function(_, a)
  if a.value then return a.value end
  if a.value_float then return lab.tensor(a.value_float) end
  if a.value_int then return lab.tensor(a.value_int, { dtype = "int64" }) end
  if a.value_ints then return lab.tensor(a.value_ints, { dtype = "int64" }) end
  if a.value_floats then return lab.tensor(a.value_floats) end
  error { skip = "Constant that is a string" }
end
O.ConstantOfShape = function(x, a)
  local v = a.value or lab.zeros(1)
  return lab.full(ints(x[1]), v:reshape(-1):tolist()[1], { dtype = v.dtype })
end
O.Range = function(x) return lab.arange(x[1]:item(), x[2]:item(), x[3]:item(), { dtype = x[1].dtype }) end
O.Dropout = function(x, a)
  local training = x[3] and x[3]:item()
  if training and (not x[2] or x[2]:item() > 0) then error { skip = "Dropout with ONNX's own random numbers" } end
  return x[1], lab.ones(x[1].shape, { dtype = "bool" })
end

-- Linear algebra.
O.Gemm = function(x, a)
  local p, q = x[1], x[2]
  if a.transA == 1 then p = p:t() end
  if a.transB == 1 then q = q:t() end
  local y = p:matmul(q) * (a.alpha or 1)
  return x[3] and y + x[3] * (a.beta or 1) or y
end
O.Einsum = function(x, a)
  local list = {}
  for i = 1, x.n do list[i] = x[i] end
  return lab.einsum(a.equation, list)
end
O.MatMulInteger = function(x)
  local p, q = x[1]:int(), x[2]:int()
  if x[3] then p = p - x[3]:int() end
  if x[4] then q = q - x[4]:int() end
  return p:matmul(q):int()
end

-- Losses.
local function ignoring(a) return a.ignore_index and a.ignore_index >= 0 and a.ignore_index + 1 or a.ignore_index end
O.NegativeLogLikelihoodLoss = function(x, a)
  local options = { reduction = a.reduction or "mean", weight = x[3], ignore_index = ignoring(a) }
  local target = x[2]
  if a.ignore_index and a.ignore_index < 0 then target = lab.where(target:eq(a.ignore_index), target, target + 1) else target = target + 1 end
  return lab.nll_loss(x[1], target, options)
end
O.SoftmaxCrossEntropyLoss = function(x, a)
  local options = { reduction = a.reduction or "mean", weight = x[3], ignore_index = ignoring(a) }
  local target = x[2]
  if a.ignore_index and a.ignore_index < 0 then target = lab.where(target:eq(a.ignore_index), target, target + 1) else target = target + 1 end
  local loss = lab.cross_entropy(x[1], target, options)
  if a.outputs > 1 then return loss, lab.log_softmax(x[1], 2) end
  return loss
end

-- Normalisation, out of other operators.
O.MeanVarianceNormalization = function(x, a)
  local d = dims(a.axes or { 0, 2, 3 })
  local m = x[1]:mean(d, { keepdim = true })
  local v = (x[1] - m):square():mean(d, { keepdim = true })
  return (x[1] - m) / (v:sqrt() + 1e-9)
end
O.LpNormalization = function(x, a) return x[1] / lab.norm(x[1], a.p or 2, dim(a.axis or -1), { keepdim = true }) end
O.BatchNormalization = function(x, a)
  local s = x[1].shape
  local function wide(t) return t:reshape(1, -1, table.unpack((function() local l = {} for i = 3, #s do l[#l + 1] = 1 end return l end)())) end
  local mean, var, epsilon = x[4], x[5], a.epsilon or 1e-5
  if a.training_mode == 1 then
    local d = { 1 }
    for i = 3, #s do d[#d + 1] = i end
    local m = x[1]:mean(d)
    local v = (x[1] - wide(m)):square():mean(d)
    local k = a.momentum or 0.9
    return (x[1] - wide(m)) / (wide(v) + epsilon):sqrt() * wide(x[2]) + wide(x[3]), mean * k + m * (1 - k), var * k + v * (1 - k)
  end
  return (x[1] - wide(mean)) / (wide(var) + epsilon):sqrt() * wide(x[2]) + wide(x[3])
end
O.InstanceNormalization = function(x, a)
  local d, ones = {}, {}
  for i = 3, #x[1].shape do d[#d + 1] = i; ones[#ones + 1] = 1 end
  local m = x[1]:mean(d, { keepdim = true })
  local v = (x[1] - m):square():mean(d, { keepdim = true })
  return (x[1] - m) / (v + (a.epsilon or 1e-5)):sqrt() * x[2]:reshape(1, -1, table.unpack(ones)) + x[3]:reshape(1, -1, table.unpack(ones))
end
O.LayerNormalization = function(x, a)
  local n, axis = #x[1].shape, a.axis or -1
  if axis < 0 then axis = axis + n end
  local d = {}
  for i = axis + 1, n do d[#d + 1] = i end
  local m = x[1]:mean(d, { keepdim = true })
  local inv = 1 / ((x[1] - m):square():mean(d, { keepdim = true }) + (a.epsilon or 1e-5)):sqrt()
  local y = (x[1] - m) * inv * x[2]
  return x[3] and y + x[3] or y, m, inv
end
O.GlobalAveragePool = function(x)
  local d = {}
  for i = 3, #x[1].shape do d[#d + 1] = i end
  return x[1]:mean(d, { keepdim = true })
end
O.GlobalMaxPool = function(x)
  local d = {}
  for i = 3, #x[1].shape do d[#d + 1] = i end
  return x[1]:amax(d, { keepdim = true })
end
O.QuantizeLinear = function(x, a)
  local scale, zero = x[2], x[3]
  if #scale.shape == 1 then
    local shape = {}
    for i = 1, #x[1].shape do shape[i] = 1 end
    shape[(a.axis or 1) + 1] = scale:numel()
    scale, zero = scale:reshape(shape), zero:reshape(shape)
  end
  local lo, hi = 0, 255
  if zero.dtype == "int8" then lo, hi = -128, 127 end
  return ((x[1] / scale):round() + zero:float()):clamp(lo, hi):to(zero.dtype)
end
O.DequantizeLinear = function(x, a)
  local scale, zero = x[2], x[3]
  if #scale.shape == 1 then
    local shape = {}
    for i = 1, #x[1].shape do shape[i] = 1 end
    shape[(a.axis or 1) + 1] = scale:numel()
    scale, zero = scale:reshape(shape), zero and zero:reshape(shape)
  end
  return zero and (x[1]:float() - zero:float()) * scale or x[1]:float() * scale
end
O.Bernoulli = "ONNX's own random numbers"
O.RandomUniformLike = "ONNX's own random numbers"
O.RandomUniform = "ONNX's own random numbers"

-- Convolution, pooling, resizing, recurrent cells and signal windows are later families.
return O
