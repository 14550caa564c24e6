--- Data in a part for training and a part that is held out.
-- @module data.train_test_split

local check = require "data.check"
local class = require "data.frame.class"
local dataset = require "data.dataset"
local files = require "lab.files"
local labels = require "data.labels"
local shown = require("nn.options").shown
local fail = check.fail
local OP = "data.train_test_split"

local function is_dataset(value)
  return type(value) == "table" and not class.is_frame(value) and type(value.len) == "function"
end

local function size_of(i, value)
  if is_dataset(value) then return value:len() end
  if type(value) ~= "table" and not lab.is_tensor(value) then
    fail("%s: argument %d: a tensor, a list, a frame or a data set expected, got %s%s", OP, i, type(value),
      type(value) == "number" and "; options have names, such as {test_size=0.2}" or "")
  end
  return #value
end

-- The samples of any of these at the places of an int64 tensor.
local function take(value, places)
  if lab.is_tensor(value) then return value:index_select(1, places) end
  if class.is_frame(value) then return value:take(places) end
  if is_dataset(value) then return dataset.Subset(value, places) end
  local list = {}
  for k, place in ipairs(places:tolist()) do list[k] = value[place] end
  return list
end

-- How many samples an option means: a fraction of n, or a count.
local function count_of(name, size, n, round)
  if size == nil then return nil end
  if math.type(size) == "integer" and size > 0 and size < n then return size end
  if math.type(size) == "float" and size > 0 and size < 1 then return round(size * n) end
  fail("%s: %s should be a fraction between 0 and 1, or a number of samples below %d; got %s", OP, name, n, shown(size))
end

-- scikit-learn's rule: the test part is rounded up, the training part down.
local function counts_of(options, n)
  local test = count_of("test_size", options.test_size, n, math.ceil)
  local train = count_of("train_size", options.train_size, n, math.floor)
  test = test or train and n - train or math.ceil(0.25 * n)
  train = train or n - test
  if train + test > n then fail("%s: train_size and test_size add up to %d, but there are %d samples", OP, train + test, n) end
  if train < 1 or test < 1 then
    fail("%s: %d samples are too few for two parts (%d for training, %d for testing)", OP, n, train, test)
  end
  return train, test
end

-- `total` shared out in proportion to the counts: what remains after rounding down goes to the largest remainders.
local function share(counts, total)
  local sum, left, parts, order = 0, total, {}, {}
  for _, count in ipairs(counts) do sum = sum + count end
  for k, count in ipairs(counts) do
    parts[k], order[k] = count * total // sum, k
    left = left - parts[k]
  end
  table.sort(order, function(a, b)
    local ra, rb = counts[a] * total % sum, counts[b] * total % sum
    if ra ~= rb then return ra > rb end
    return a < b
  end)
  for i = 1, left do parts[order[i]] = parts[order[i]] + 1 end
  return parts
end

-- The places of both parts so that each has the classes in the same proportions.
local function stratified(order, y, train, test)
  local classes, counts, names = labels.number(OP, "stratify", y, #order)
  for k, count in ipairs(counts) do
    if count < 2 then
      fail("%s: stratify: class %s has only 1 member; each needs one in both parts at least", OP, tostring(names[k]))
    end
  end
  if train < #counts or test < #counts then
    fail("%s: stratify: %d classes do not fit in parts of %d and %d samples", OP, #counts, train, test)
  end
  local for_train, left = share(counts, train), {}
  for k, count in ipairs(counts) do left[k] = count - for_train[k] end
  local for_test, seen, a, b = share(left, test), {}, {}, {}
  for _, place in ipairs(order:tolist()) do
    local k = classes[place]
    seen[k] = (seen[k] or 0) + 1
    if seen[k] <= for_train[k] then a[#a + 1] = place
    elseif seen[k] <= for_train[k] + for_test[k] then b[#b + 1] = place end
  end
  return lab.tensor(a, { dtype = "int64" }), lab.tensor(b, { dtype = "int64" })
end

local function places_of(n, options, first)
  local train, test = counts_of(options, n)
  if options.shuffle == false then
    if options.stratify then fail("%s: stratify needs shuffle = true", OP) end
    return lab.arange(1, train + 1, { dtype = "int64" }), lab.arange(train + 1, train + test + 1, { dtype = "int64" })
  end
  local order = options.seed and files.shuffled(n, options.seed, 0) or lab.randperm(n)
  if options.stratify then
    local y = options.stratify
    if type(y) == "string" and class.is_frame(first) then y = first:column(y) end
    return stratified(order, y, train, test)
  end
  return order:narrow(1, test + 1, train), order:narrow(1, 1, test)
end

local known = { "test_size", "train_size", "shuffle", "stratify", "seed" }

-- Is the last argument the options?  A table without values at 1, 2, … that is no data.
local function split_arguments(...)
  local values = { ... }
  local last = values[#values]
  if type(last) ~= "table" or class.is_frame(last) or is_dataset(last) or last[1] ~= nil then return values, {} end
  values[#values] = nil
  return values, check.options(OP, last, known, 4)
end

--- Cuts data at random into a part for training and one for testing: each argument gives two results.
--
--     local x_train, x_test, y_train, y_test = data.train_test_split(x, y, {test_size=0.2, stratify=y, seed=1})
-- @param ... tensors (N, …), lists, frames or data sets, all of N samples
-- @tparam[opt] table options `test_size`=0.25, `train_size` (what is left): fractions of N (the test part is rounded up,
--   as in scikit-learn) or counts; `shuffle`=true; `stratify`: N labels, a tensor or a list, or the name of a column of
--   the first argument, a frame: both parts get the classes in the same proportions; `seed`: the same parts whatever was
--   drawn before, without it the session's generator
-- @return first's training part, first's test part, second's training part, …
-- @example select(2, data.train_test_split(lab.arange(1, 9), {shuffle=false})) --> [7, 8]
local function train_test_split(...)
  local values, options = split_arguments(...)
  if #values == 0 then fail("%s: data to split expected", OP) end
  if options.seed ~= nil and math.type(options.seed) ~= "integer" then fail("%s: seed should be a whole number", OP) end
  local n = size_of(1, values[1])
  for i, value in ipairs(values) do
    if size_of(i, value) ~= n then fail("%s: argument %d has %d samples, the first has %d", OP, i, size_of(i, value), n) end
  end
  local train, test = places_of(n, options, values[1])
  local parts = {}
  for _, value in ipairs(values) do
    parts[#parts + 1] = take(value, train)
    parts[#parts + 1] = take(value, test)
  end
  return table.unpack(parts)
end

return train_test_split
