--- The data that fit, evaluate and predict are given, as batches.
-- @module nn.batches
-- @local

local shown = require("nn.options").shown
local shape_text = require("nn.readable").shape

local batches = {}

local function fail(op, format, ...) error(op .. ": " .. format:format(...), 3) end

local function is_loader(value)
  return type(value) == "table" and type(value.iter) == "function" and type(value.dataset) == "table"
end

local function is_dataset(value)
  return type(value) == "table" and type(value.len) == "function" and type(value.get) == "function"
end

local function is_frame(value)
  local meta = getmetatable(value)
  return type(value) == "table" and type(meta) == "table" and meta.__name == "Frame"
end

-- A tensor with rows, of a frame all columns; one dimension of numbers becomes (N, 1) for inputs, as Keras takes it.
local function as_tensor(op, name, value, input)
  if is_frame(value) then value = value:tensor() end
  if type(value) == "table" and getmetatable(value) == nil and value[1] ~= nil then
    if type(value[1]) == "string" then
      fail(op, "%s is a list of texts; classes are numbers from 1: data.Frame{label=%s}.label makes them", name, name)
    end
    value = lab.tensor(value)
  end
  if not lab.is_tensor(value) then fail(op, "%s should be a tensor, got %s", name, type(value)) end
  if value.ndim == 0 then fail(op, "%s is a single number; rows of samples are needed", name) end
  if input and value.ndim == 1 and value:is_floating_point() then value = value:unsqueeze(2) end
  return value
end

local function input_list(op, x)
  if type(x) == "table" and getmetatable(x) == nil and lab.is_tensor(x[1]) then
    local list = {}
    for i, each in ipairs(x) do list[i] = as_tensor(op, ("input %d"):format(i), each, true) end
    return list
  end
  return { as_tensor(op, "x", x, true) }
end

-- The inputs, and then y and weights if given, all with as many rows.
local function tensors_of(op, x, y, weights)
  local list = input_list(op, x)
  local inputs = #list
  if y ~= nil then list[#list + 1] = as_tensor(op, "y", y) end
  if weights ~= nil then list[#list + 1] = weights end
  for i, each in ipairs(list) do
    if each.shape[1] ~= list[1].shape[1] then
      fail(op, "%s has %d rows and %s %d: each sample needs its own", inputs == 1 and "x" or "input 1", list[1].shape[1],
        i <= inputs and ("input " .. i) or i == inputs + 1 and "y" or "sample_weight", each.shape[1])
    end
  end
  if list[1].shape[1] == 0 then fail(op, "x %s holds no samples", shape_text(list[1])) end
  return list
end

local function batch_size_of(op, size)
  local n = type(size) == "number" and math.tointeger(size)
  if not n or n < 1 then fail(op, "batch_size should be a whole number from 1, got %s", shown(size)) end
  return n
end

--- What was given, before it is cut into batches: either tensors (with rows) or a loader.
-- @tparam string op "fit", "evaluate" or "predict", for messages
-- @param x a tensor, a frame, a list of tensors (several inputs), a data set or a DataLoader
-- @param y a tensor; nil for a data set or loader
-- @tparam table o weights, batch_size, shuffle
-- @treturn table {tensors=} or {loader=}
function batches.source(op, x, y, o)
  if x == nil then fail(op, "x is missing: give a tensor, a data set or a DataLoader") end
  if not is_frame(x) and (is_loader(x) or is_dataset(x)) then
    local kind = is_loader(x) and "DataLoader" or "data set"
    if y ~= nil then fail(op, "a %s brings its own targets: leave y out", kind) end
    if o.weights then fail(op, "class_weight and sample_weight go with tensors x and y, not with a %s", kind) end
    if is_loader(x) then return { loader = x } end
    return { dataset = x }
  end
  if y == nil and op ~= "predict" then fail(op, "y is missing: give x and y, or a data set or DataLoader with both") end
  return { tensors = tensors_of(op, x, y, o.weights) }
end

--- Cuts the last rows off, the fraction `part`; Keras's rule.
-- @treturn table the source without them
-- @treturn table a source of them
function batches.split(op, source, part)
  if type(part) ~= "number" or part < 0 or part >= 1 then
    fail(op, "validation_split should be a number from 0 to below 1, got %s", shown(part))
  end
  if not source.tensors then
    fail(op, "validation_split needs tensors x and y; give validation_data=another data set (data.random_split makes two)")
  end
  local n = source.tensors[1].shape[1]
  local kept = math.floor(n * (1 - part) + 1e-9)
  if kept == 0 or kept == n then
    fail(op, "validation_split=%g of %d rows leaves %d for training and %d for validation", part, n, kept, n - kept)
  end
  local first, last = {}, {}
  for i, each in ipairs(source.tensors) do
    first[i], last[i] = each:narrow(1, 1, kept), each:narrow(1, kept + 1, n - kept)
  end
  return { tensors = first }, { tensors = last }
end

--- A loader of a source: #loader batches, loader:iter() for each epoch.
-- @tparam string op
-- @tparam table source
-- @tparam integer size of a batch
-- @tparam boolean shuffle
-- @treturn DataLoader
function batches.loader(op, source, size, shuffle)
  local loader = source.loader
  if not loader then
    size = batch_size_of(op, size)
    local data = require "data" -- the global may be the user's
    local set = source.dataset or data.TensorDataset(table.unpack(source.tensors))
    loader = data.DataLoader(set, { batch_size = size, shuffle = shuffle })
  end
  if #loader == 0 then fail(op, "there are no samples") end
  return loader
end

-- scikit-learn's "balanced" weights, by class: the same sum for each class.
local function balanced(classes)
  local counts, different, weights = {}, 0, {}
  for _, class in ipairs(classes) do
    if not counts[class] then different = different + 1 end
    counts[class] = (counts[class] or 0) + 1
  end
  for class, count in pairs(counts) do weights[class] = #classes / (different * count) end
  return weights
end

-- A number for each sample: its class's.
local function weights_of_classes(class_weight, y)
  if type(class_weight) ~= "table" and class_weight ~= "balanced" then
    fail("fit", "class_weight should be \"balanced\" or a table class → weight, such as {1, 5} or {[0]=1, [1]=5}, got %s",
      shown(class_weight))
  end
  if not lab.is_tensor(y) or y:numel() ~= y.shape[1] then fail("fit", "class_weight needs targets (N) that are classes") end
  if y.dtype == "bool" then y = y:to("int64") end
  local classes = y:flatten():tolist()
  for i, class in ipairs(classes) do
    if class ~= class then fail("fit", "class_weight: target %d is nan, no class", i) end
    classes[i] = math.tointeger(class) or class
  end
  if class_weight == "balanced" then class_weight = balanced(classes) end
  local each = {}
  for i, class in ipairs(classes) do
    local weight = class_weight[class]
    if type(weight) ~= "number" then fail("fit", "class_weight has no number for class %s", tostring(class)) end
    each[i] = weight
  end
  return lab.tensor(each)
end

--- The weight of each sample in fit, from those of samples and of classes.
-- @tparam table o fit's options
-- @tparam ?tensor y
-- @tparam table loss of choices.loss
-- @treturn ?tensor (N), nil if there are none
function batches.weights(o, y, loss)
  if o.sample_weight == nil and o.class_weight == nil then return nil end
  if not loss.weighs then
    fail("fit", "class_weight and sample_weight need a loss by name, such as loss=\"cross_entropy\"")
  end
  local weights = o.sample_weight
  if type(weights) == "table" and not lab.is_tensor(weights) then weights = lab.tensor(weights) end
  if weights ~= nil and not (lab.is_tensor(weights) and weights.ndim == 1) then
    fail("fit", "sample_weight should be a tensor (N) or a list, a number for each sample")
  end
  if o.class_weight == nil then return weights end
  local each = weights_of_classes(o.class_weight, y)
  return weights and weights * each or each
end

--- The loaders of fit.
-- @tparam table o fit's options
-- @param x
-- @param y as for batches.source
-- @tparam ?tensor weights (N)
-- @treturn DataLoader for training
-- @treturn ?DataLoader for validation
function batches.for_fit(o, x, y, weights)
  local source, held = batches.source("fit", x, y, { weights = weights }), nil
  if o.validation_data ~= nil then
    local given = o.validation_data
    if type(given) == "table" and getmetatable(given) == nil and given.len == nil then
      if given[3] ~= nil then fail("fit", "validation_data is {x, y}, of several inputs {{x1, x2}, y}; got %d values", #given) end
      held = batches.source("fit: validation_data", given[1], given[2], {})
    else
      held = batches.source("fit: validation_data", given, nil, {})
    end
  elseif o.validation_split ~= 0 then
    source, held = batches.split("fit", source, o.validation_split)
    if weights then held.tensors[#held.tensors] = nil end -- measured without weights
  end
  local size = o.validation_batch_size or o.batch_size
  return batches.loader("fit", source, o.batch_size, o.shuffle), held and batches.loader("fit", held, size, false)
end

return batches
