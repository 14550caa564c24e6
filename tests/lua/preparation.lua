-- preparation.lua: data made ready for training: splits, scalers, one_hot; values by scikit-learn in tests/expected/frames.lua.
local expected = dofile("tests/expected/frames.lua")

local function read(name)
  local path = "../shared/data/" .. name .. ".csv"
  local f = io.open(path)
  if not f then skip(path .. " is not there") end
  f:close()
  return data.read_csv(path)
end

-- ---- train_test_split ------------------------------------------------------------------------------------------------

test("the parts are as large as scikit-learn's and hold every sample once", function()
  for _, case in ipairs(expected.splits) do
    local n, options, train, test_count = table.unpack(case)
    local a, b = data.train_test_split(lab.arange(1, n + 1), options)
    eq({ #a, #b }, { train, test_count })
    local all = lab.cat({ a, b }):sort()
    eq(#all:unique(), train + test_count)
    eq(all[1] >= 1 and all[-1] <= n, true)
  end
end)

test("tensors, lists, frames and data sets are split alike", function()
  local x, list = lab.arange(1, 11):reshape(10, 1), {}
  for i = 1, 10 do list[i] = "s" .. i end
  local frame, set = data.Frame { i = lab.arange(1, 11) }, data.TensorDataset(lab.arange(1, 11))
  local a, b, c, d, e, f, g, h = data.train_test_split(x, list, frame, set, { test_size = 3, seed = 5 })
  eq({ #a, #b, #c, #d, #e, #f, #g, #h }, { 7, 3, 7, 3, 7, 3, 7, 3 })
  for k = 1, 7 do
    eq(c[k], "s" .. math.tointeger(a[k]:item()))
    eq(e.i[k], a[k]:item())
    eq(g[k], a[k]:item())
  end
  for k = 1, 3 do eq(d[k], "s" .. math.tointeger(b[k]:item())) end
  local again = data.train_test_split(x, { test_size = 3, seed = 5 })
  eq(again, a)
  eq(data.train_test_split(x, { test_size = 3, seed = 6 }):eq(a):all():item(), false)
  local first, last = data.train_test_split(list, { shuffle = false })
  eq(first, { "s1", "s2", "s3", "s4", "s5", "s6", "s7" })
  eq(last, { "s8", "s9", "s10" })
  lab.manual_seed(3)
  local u = data.train_test_split(x)
  lab.manual_seed(3)
  eq(data.train_test_split(x), u)
end)

test("stratified parts have the classes in scikit-learn's numbers", function()
  for _, case in ipairs(expected.stratified) do
    local name, column, options, train, test_counts = table.unpack(case)
    local f = read(name)
    options.stratify = column
    for seed = 1, 3 do
      options.seed = seed
      local a, b = data.train_test_split(f, options)
      for part, want in pairs { [a] = train, [b] = test_counts } do
        local values, counts = part[column]:unique({ return_counts = true })
        if column == "day" or column == "origin" then eq(counts, want) -- texts: sorted as pandas sorts them
        else eq(counts, want) end
        eq(#values, #want)
      end
    end
  end
  local y = lab.tensor({ 1, 1, 2, 2, 2, 2 }, { dtype = "int64" })
  local _, _, y_train, y_test = data.train_test_split(lab.arange(6), y, { test_size = 0.5, stratify = y })
  eq(y_train:sort(), { 1, 2, 2 })
  eq(y_test:sort(), { 1, 2, 2 })
  eq(#data.train_test_split({ 1, 2, 3, 4 }, { stratify = { "a", "b", "a", "b" }, test_size = 2 }), 2)
end)

test("wrong splits are named at the caller's line", function()
  local x = lab.arange(10)
  local function wrong(message, ...)
    local arguments = table.pack(...)
    fails(function() data.train_test_split(table.unpack(arguments, 1, arguments.n)) end, message)
  end
  wrong("options have names, such as {test_size=0.2}", x, 0.2)
  wrong("data to split expected")
  wrong("argument 2 has 9 samples, the first has 10", x, lab.arange(9))
  wrong("argument 1: a tensor, a list, a frame or a data set expected, got number", 3)
  wrong("unknown option 'size' (options: test_size", x, { size = 0.2 })
  wrong("test_size should be a fraction between 0 and 1, or a number of samples below 10; got 1.5", x, { test_size = 1.5 })
  wrong("got 10", x, { test_size = 10 })
  wrong("train_size should be a fraction", x, { train_size = 0 })
  wrong("add up to 12, but there are 10", x, { test_size = 6, train_size = 6 })
  wrong("too few for two parts", lab.arange(1))
  wrong("seed should be a whole number", x, { seed = "a" })
  wrong("stratify needs shuffle = true", x, { shuffle = false, stratify = x })
  wrong("stratify has 3 labels for 10 samples", x, { stratify = { 1, 2, 3 } })
  wrong("class 3 has only 1 member", lab.arange(5), { stratify = { 1, 1, 2, 2, 3 } })
  wrong("2 classes do not fit in parts of 3 and 1", lab.arange(4), { stratify = { 1, 1, 2, 2 }, test_size = 1 })
  wrong("label 2 is missing", lab.arange(3), { stratify = { 1, 0 / 0, 1 } })
  local _, message = pcall(function() data.train_test_split(x, { size = 1 }) end)
  eq(message:match("preparation%.lua:%d+: data") ~= nil, true)
end)

-- ---- folds -----------------------------------------------------------------------------------------------------------

-- The fold in which each sample is held out; the rest of it is for training.
local function folds_of(iterator, n)
  local fold_of, k = {}, 0
  for train, test_places in iterator do
    k = k + 1
    eq(lab.cat({ train, test_places }):sort(), lab.arange(1, n + 1))
    for _, i in ipairs(test_places:tolist()) do fold_of[i] = k end
  end
  return fold_of
end

test("folds are scikit-learn's", function()
  for _, case in ipairs(expected.folds) do
    local n, k, want = table.unpack(case)
    eq(folds_of(data.KFold { n_splits = k }:split(n), n), want)
    eq(folds_of(data.KFold { n_splits = k }:split(lab.zeros(n, 2)), n), want)
  end
  for _, case in ipairs(expected.stratified_folds) do
    local y, k, want = table.unpack(case)
    eq(folds_of(data.StratifiedKFold { n_splits = k }:split(y, y), #y), want)
    eq(folds_of(data.StratifiedKFold { n_splits = k }:split(#y, lab.tensor(y)), #y), want)
  end
end)

test("shuffled folds follow the seed and keep their sizes", function()
  local function sizes(fold_of)
    local counts = {}
    for _, k in ipairs(fold_of) do counts[k] = (counts[k] or 0) + 1 end
    return counts
  end
  local y = {}
  for i = 1, 23 do y[i] = i % 3 == 0 and "a" or "b" end
  for _, split in ipairs {
    function(seed) return folds_of(data.KFold { n_splits = 4, shuffle = true, seed = seed }:split(23), 23) end,
    function(seed) return folds_of(data.StratifiedKFold { n_splits = 4, shuffle = true, seed = seed }:split(23, y), 23) end,
  } do
    local first, other, different = split(1), split(2), false
    eq(split(1), first)
    for i = 1, 23 do different = different or first[i] ~= other[i] end
    eq(different, true)
    eq(sizes(first), { 6, 6, 6, 5 })
  end
  fails(function() data.KFold { n_splits = 1 } end, "n_splits should be a whole number from 2, got 1")
  fails(function() data.KFold { splits = 3 } end, "unknown option 'splits'")
  fails(function() data.KFold { seed = 3 } end, "seed has no effect without shuffle")
  fails(function() data.KFold():split(4) end, "5 folds of 4 samples")
  fails(function() data.KFold():split() end, "got nil")
  fails(function() data.StratifiedKFold { n_splits = 2 }:split(3, { 1, 1, 2 }) end, "class 2 has only 1 of the 2 members")
  fails(function() data.StratifiedKFold():split(5) end, "y should be a tensor or a list of labels, got nil")
end)

-- ---- scalers ---------------------------------------------------------------------------------------------------------

test("scalers find and give what scikit-learn's do, missing values left out", function()
  local want = expected.scalers
  local x = read("mpg"):tensor(want.columns, { dtype = "float64" })
  local scaler = data.StandardScaler()
  local y = scaler:fit_transform(x)
  close(scaler.mean_, want.mean, 1e-14)
  close(scaler.var_, want.var, 1e-13)
  close(scaler.scale_, want.scale, 1e-13)
  close(y[1], want.first, 1e-13)
  close(y[want.missing_row], want.missing, 1e-13)
  close(scaler:inverse_transform(y), x, 1e-14)
  local m = data.MinMaxScaler { feature_range = { -1, 1 } }
  local z = m:fit_transform(x)
  close(m.data_min_, want.min_max.data_min, 1e-15)
  close(m.data_max_, want.min_max.data_max, 1e-15)
  close(m.scale_, want.min_max.scale, 1e-14)
  close(m.min_, want.min_max.min, 1e-14)
  close(z[1], want.min_max.first, 1e-13)
  close(m:inverse_transform(z), x, 1e-14)
end)

test("scalers keep float dtypes, leave constant features alone and go through a file", function()
  local x = lab.tensor { { 1, 7 }, { 3, 7 } }
  local scaler = data.StandardScaler():fit(x)
  eq(scaler:transform(x).dtype, "float32")
  eq(scaler:transform(x), { { -1, 0 }, { 1, 0 } })
  eq(scaler:transform(lab.tensor({ { 5, 8 } }, { dtype = "int64" })), { { 3, 1 } })
  eq(scaler:transform(x).dtype, "float32")
  eq(scaler.scale_, { 1, 1 })
  eq(data.StandardScaler():fit(lab.full({ 100, 1 }, 0.1, { dtype = "float64" })).scale_, { 1 })
  eq(data.MinMaxScaler():fit_transform(x), { { 0, 0 }, { 1, 0 } })
  eq(data.MinMaxScaler():fit(lab.tensor { { 0 / 0 }, { 2 }, { 4 } }).data_max_, { 4 })
  local path = os.tmpname() .. ".safetensors"
  lab.save(path, scaler:state_dict())
  local other = data.StandardScaler():load_state_dict(lab.load(path))
  os.remove(path)
  eq(other:transform(x), scaler:transform(x))
  eq(other:inverse_transform(other:transform(x)), x)
end)

test("StandardScaler leaves out the mean or the deviation", function() -- values by scikit-learn
  local x = lab.tensor({ { 1, 5 }, { 3, 9 }, { 5, 5 } }, { dtype = "float64" })
  local wanted = { with_mean = { { 0.6123724356957945, 2.6516504294495533 }, { 1.8371173070873836, 4.772970773009196 },
    { 3.0618621784789726, 2.6516504294495533 } }, with_std = { { -2, -4 / 3 }, { 0, 8 / 3 }, { 2, -4 / 3 } } }
  for option, want in pairs(wanted) do
    local scaler = data.StandardScaler { [option] = false }
    close(scaler:fit_transform(x), want, 1e-14)
    close(scaler:inverse_transform(scaler:transform(x)), x, 1e-14)
  end
  eq(data.StandardScaler({ with_mean = false, with_std = false }):fit_transform(x), x)
end)

test("mistakes with scalers are named", function()
  local scaler = data.StandardScaler()
  fails(function() data.StandardScaler { with_men = false } end, "unknown option 'with_men'; did you mean 'with_mean'? (options: with_mean, with_std)")
  fails(function() data.StandardScaler { with_std = 1 } end, "with_std should be true or false, got 1")
  fails(function() scaler:transform(lab.ones(2, 2)) end, "StandardScaler:transform: fit has not been called")
  fails(function() scaler:fit(lab.ones(3)) end, "got one of 1 dimension; x:unsqueeze(2) makes one feature of it")
  fails(function() scaler:fit({ 1 }) end, "a tensor (samples, features) expected, got table; of a frame, frame:tensor{…}")
  fails(function() scaler:fit(lab.ones(0, 2)) end, "there are no samples")
  scaler:fit(lab.ones(3, 2))
  fails(function() scaler:transform(lab.ones(3, 3)) end, "3 features, but fit saw 2")
  fails(function() data.MinMaxScaler():state_dict() end, "fit has not been called")
  fails(function() data.MinMaxScaler():load_state_dict(scaler:state_dict()) end, "a table with the tensor data_min_ expected")
  fails(function() data.MinMaxScaler { feature_range = { 1, 0 } } end, "low < high")
  fails(function() data.MinMaxScaler { range = { 0, 1 } } end, "unknown option 'range'")
end)

test("labels become rows of 0 and 1", function()
  local y = data.one_hot(lab.tensor({ 1, 3 }, { dtype = "int64" }))
  eq(y.dtype, "float32")
  eq(y, { { 1, 0, 0 }, { 0, 0, 1 } })
  eq(data.one_hot({ 2 }, 4), { { 0, 1, 0, 0 } })
  fails(function() data.one_hot({ 0, 1 }) end, "counting starts at 1")
  fails(function() data.one_hot({ 3 }, 2) end, "num_classes is 2")
  fails(function() data.one_hot(3) end, "a tensor or a list, got number")
end)
