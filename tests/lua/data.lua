-- data.lua: data sets, loaders, splits, and the readers of data sets.
local made = {}
local function write(name, bytes)
  local path = os.tmpname()
  os.remove(path)
  path = path .. name
  made[#made + 1] = path
  local f = assert(io.open(path, "wb"))
  f:write(bytes)
  f:close()
  return path
end

local function numbers(n)
  local x = lab.arange(1, n + 1)
  return data.TensorDataset(x:reshape(n, 1):to("float32"), (x * 10):to("int64"))
end

-- All first values of an epoch, and the sizes of its batches.
local function epoch(loader)
  local values, sizes = {}, {}
  for x, y in loader do
    sizes[#sizes + 1] = #x
    for i = 1, #x do
      values[#values + 1] = x[i]:item()
      eq(y[i], math.tointeger(values[#values]) * 10)
    end
  end
  return values, sizes
end

test("a TensorDataset has samples, and wrong tensors are named", function()
  local set = numbers(5)
  eq(#set, 5)
  eq(set[2], { 2 })
  local x, y = set:get(5)
  eq(x, { 5 })
  eq(y, 50)
  eq(set[-1], { 5 })
  fails(function() return set[0] end, "positions count from 1")
  fails(function() return set[6] end, "index 6: there are 5 samples")
  fails(function() return set[-6] end, "index -6")
  fails(function() data.TensorDataset() end, "at least one tensor")
  fails(function() data.TensorDataset(lab.ones(3), 3) end, "argument 2: a tensor expected, got number")
  fails(function() data.TensorDataset(lab.ones(3), lab.ones(4)) end, "argument 2 has 4 rows, the first has 3")
  fails(function() data.TensorDataset(lab.tensor(1)) end, "no dimensions")
end)

test("a loader gives every sample once, in order, in batches", function()
  local loader = data.DataLoader(numbers(10), { batch_size = 4 })
  eq(#loader, 3)
  local values, sizes = epoch(loader)
  eq(values, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
  eq(sizes, { 4, 4, 2 })
  loader = data.DataLoader(numbers(10), { batch_size = 4, drop_last = true })
  eq(#loader, 2)
  eq(select(2, epoch(loader)), { 4, 4 })
  eq(#data.DataLoader(numbers(10)), 10)
  eq(#data.DataLoader(numbers(8), { batch_size = 4 }), 2)
  local empty = data.TensorDataset(lab.ones(0, 2))
  eq(#data.DataLoader(empty, { batch_size = 4 }), 0)
  for _ in data.DataLoader(empty) do error("a batch of nothing") end
end)

test("shuffled epochs hold every sample, differ, and follow the session's seed", function()
  local function epochs()
    lab.manual_seed(7)
    local loader = data.DataLoader(numbers(50), { batch_size = 8, shuffle = true })
    return epoch(loader), epoch(loader)
  end
  local a, b = epochs()
  local c, d = epochs()
  eq(a, c)
  eq(b, d)
  local same = true
  for i = 1, 50 do same = same and a[i] == b[i] end
  eq(same, false)
  table.sort(a)
  for i = 1, 50 do eq(a[i], i) end
end)

test("a loader's own seed gives the same order and leaves the session's generator alone", function()
  local function first(seed) return (epoch(data.DataLoader(numbers(30), { shuffle = true, seed = seed }))) end
  lab.manual_seed(1)
  local expected = lab.rand(3)
  lab.manual_seed(1)
  local a = first(5)
  eq(lab.rand(3), expected)
  lab.rand(10)
  eq(first(5), a)
  local same = true
  for i, v in ipairs(first(6)) do same = same and v == a[i] end
  eq(same, false)
  local loader = data.DataLoader(numbers(30), { shuffle = true, seed = 5 })
  eq((epoch(loader)), a)
  same = true
  for i, v in ipairs((epoch(loader))) do same = same and v == a[i] end
  eq(same, false)
end)

test("a batch can be changed in place without changing the data", function()
  local set = numbers(4)
  for x in data.DataLoader(set, { batch_size = 2 }) do x:zero_() end
  for x in data.DataLoader(set, { batch_size = 2, shuffle = true }) do x:zero_() end
  eq(set.tensors[1], { { 1 }, { 2 }, { 3 }, { 4 } })
end)

test("loops over one loader can be nested, left early and begun again", function()
  local loader = data.DataLoader(numbers(4), { batch_size = 2 })
  local seen = {}
  for x in loader do
    for z in loader do seen[#seen + 1] = { x[1]:item(), z[1]:item() } end
  end
  eq(seen, { { 1, 1 }, { 1, 3 }, { 3, 1 }, { 3, 3 } })
  for _ in loader do break end
  eq((epoch(loader)), { 1, 2, 3, 4 })
  local a, b = loader:iter(), loader:iter()
  a()
  eq((a()), { { 3 }, { 4 } })
  eq((b()), { { 1 }, { 2 } })
  eq(a(), nil)
  eq(a(), nil)
end)

test("samples of any data set are put together by their kind", function()
  local set = data.Dataset {
    len = function() return 3 end,
    get = function(_, i) return lab.tensor { i, i }, i, i / 2, i > 1, "s" .. i end,
  }
  eq(#set, 3)
  eq(set[2], { 2, 2 })
  for t, n, f, b, s in data.DataLoader(set, { batch_size = 3 }) do
    eq(t, { { 1, 1 }, { 2, 2 }, { 3, 3 } })
    eq(n.dtype, "int64")
    eq(n, { 1, 2, 3 })
    eq(f.dtype, "float32")
    eq(f, { 0.5, 1, 1.5 })
    eq(b.dtype, "bool")
    eq(s, { "s1", "s2", "s3" })
  end
  local sums = {}
  local add = function(samples)
    local sum = 0
    for _, sample in ipairs(samples) do sum = sum + sample[2] end
    return sum
  end
  for sum in data.DataLoader(set, { batch_size = 2, collate = add }) do sums[#sums + 1] = sum end
  eq(sums, { 3, 3 })
  local own = { len = function() return 2 end, get = function(_, i) return i end }
  for n in data.DataLoader(own, { batch_size = 2, shuffle = true }) do eq(n:sum():item(), 3) end
end)

test("a subset and random parts hold their samples", function()
  local part = data.Subset(numbers(5), { 4, 2 })
  eq(#part, 2)
  eq((epoch(data.DataLoader(part))), { 4, 2 })
  eq((epoch(data.DataLoader(data.Subset(part, lab.tensor({ 2 }, { dtype = "int64" }))))), { 2 })
  lab.manual_seed(3)
  local a, b = data.random_split(numbers(10), { 0.75, 0.25 })
  eq({ #a, #b }, { 8, 2 })
  local all = epoch(data.DataLoader(a))
  for _, v in ipairs((epoch(data.DataLoader(b)))) do all[#all + 1] = v end
  table.sort(all)
  eq(all, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
  local c = data.random_split(numbers(10), { 4, 6 }, { seed = 1 })
  lab.rand(5)
  eq((epoch(data.DataLoader(c))), (epoch(data.DataLoader((data.random_split(numbers(10), { 4, 6 }, { seed = 1 }))))))
  fails(function() data.random_split(numbers(10), { 4, 5 }) end, "add up to 9, but there are 10 samples")
  fails(function() data.random_split(numbers(10), { 0.4, 0.5 }) end, "add up to 0.9, not to 1")
  fails(function() data.random_split(numbers(10), { 11, -1 }) end, "length 2 should be a number from 0")
end)

-- The numbers of two epochs, whatever gathers them.
local function epochs_of(set, options)
  lab.manual_seed(9)
  local loader, seen = data.DataLoader(set, options), {}
  for _ = 1, 2 do
    for x, y in loader do seen[#seen + 1] = { x:tolist(), y:tolist(), x.dtype, y.dtype } end
  end
  return seen
end

test("threads gather the same batches in the same order", function()
  local big = data.TensorDataset(lab.randn(130, 100, 5), lab.arange(1, 131):to("int64"))
  local sets = { big, numbers(13), (data.random_split(big, { 100, 30 }, { seed = 2 })),
    data.Subset(big, { -1, 3, 2, 130 }), data.Subset(data.Subset(big, { 5, 7, 9 }), { 3, 1 }),
    data.TensorDataset(lab.ones(0, 3), lab.ones(0)), data.TensorDataset(lab.ones(5, 0), lab.ones(5, { dtype = "bool" })),
    data.TensorDataset(lab.randn(6, 130):t(), lab.arange(130)) }
  for _, set in ipairs(sets) do
    for _, options in ipairs { { batch_size = 32 }, { batch_size = 32, shuffle = true, drop_last = true }, { batch_size = 7, shuffle = true, seed = 4 } } do
      local rows = rawget(set, "rows")
      set.rows = false -- by operators, in Lua
      local want = epochs_of(set, options)
      set.rows = rows
      for _, workers in ipairs { 0, 1, 2, 4 } do
        for _, factor in ipairs { 1, 3 } do
          options.num_workers, options.prefetch_factor = workers, factor
          eq(epochs_of(set, options), want)
        end
      end
      options.num_workers, options.prefetch_factor = nil, nil
    end
  end
end)

test("a loop over gathered batches may be left early, nested, and change the batches or the data", function()
  local function set() return data.TensorDataset(lab.ones(64, 2000)) end
  local loader = data.DataLoader(set(), { batch_size = 8, num_workers = 2 })
  for x in loader do
    x:zero_()
    break
  end
  for x in loader do
    for z in loader do eq(z:sum():item(), 16000) break end
    eq(x:sum():item(), 16000)
  end
  pcall(function() for _ in loader do error("a mistake") end end)
  for _, workers in ipairs { 0, 1, 2 } do
    local source, sums = set(), {}
    for x in data.DataLoader(source, { batch_size = 8, num_workers = workers, prefetch_factor = 4 }) do
      sums[#sums + 1] = x:sum():item() / 16000
      source.tensors[1]:add_(1)
    end
    eq(sums, { 1, 2, 3, 4, 5, 6, 7, 8 })
  end
  local iterator = loader:iter()
  iterator()
  loader, iterator = nil, nil
  collectgarbage()
  collectgarbage()
end)

test("no more batches are in memory than the workers may gather ahead", function()
  local set = data.TensorDataset(lab.ones(100, 10000))
  collectgarbage()
  collectgarbage()
  local before, most = lab.memory().live, 0
  for x in data.DataLoader(set, { batch_size = 1, num_workers = 2, prefetch_factor = 3 }) do
    most = math.max(most, lab.memory().live - before)
    x:free()
  end
  eq(most <= 8 * 40000, true)
end)

test("data sets in Lua and collate functions work as without threads", function()
  local set = data.Dataset { len = function() return 5 end, get = function(_, i) return i * i end }
  local seen = {}
  for x in data.DataLoader(set, { batch_size = 2, num_workers = 2 }) do seen[#seen + 1] = x:tolist() end
  eq(seen, { { 1, 4 }, { 9, 16 }, { 25 } })
  local w = lab.ones(4, 9000, { requires_grad = true })
  for x in data.DataLoader(data.TensorDataset(w), { batch_size = 4, num_workers = 1 }) do x:sum():backward() end
  eq(w.grad:sum():item(), 36000)
end)

test("wrong arguments of a loader are named", function()
  fails(function() data.DataLoader(3) end, "a data set expected")
  fails(function() data.DataLoader(numbers(2), { batch_size = 0 }) end, "batch_size should be a whole number from 1, got 0")
  fails(function() data.DataLoader(numbers(2), { batch_size = "2" }) end, 'got "2"')
  fails(function() data.DataLoader(numbers(2), { batch_size = 1.5 }) end, "got 1.5")
  fails(function() data.DataLoader(numbers(2), { batchsize = 2 }) end, "unknown option 'batchsize'; did you mean 'batch_size'? (options: batch_size")
  fails(function() data.DataLoader(numbers(2), { shuffle = "yes" }) end, "shuffle should be true or false, got \"yes\"")
  fails(function() data.DataLoader(numbers(2), { seed = "x" }) end, "seed should be a whole number")
  fails(function() data.DataLoader(numbers(2), { num_workers = -1 }) end, "num_workers should be a whole number from 0, got -1")
  fails(function() data.DataLoader(numbers(2), { num_workers = "2" }) end, "num_workers should be a whole number from 0, got \"2\"")
  fails(function() data.DataLoader(numbers(2), { prefetch_factor = 0 }) end, "prefetch_factor should be a whole number from 1, got 0")
  fails(function() data.Dataset {} end, "the functions len and get")
end)

test("errors of the readers stand at the caller's line", function()
  local _, message = pcall(function() data.idx("/nowhere") end)
  eq(message:match("data%.lua:%d+: /nowhere: cannot open") ~= nil, true)
end)

test("an IDX file is read as it is", function()
  local x = data.idx(write(".idx", "\0\0\x0b\2\0\0\0\2\0\0\0\1\xff\xff\1\0"))
  eq(x.dtype, "int32")
  eq(x, { { -1 }, { 256 } })
  fails(function() data.idx(write(".idx", "\0\0\x0b\2\0\0\0\2\0\0\0\1\xff\xff\1")) end, "the data needs 4 bytes, but only 3 are left")
end)

test("Fashion-MNIST is 60,000 and 10,000 pictures of ten classes", function()
  local ok, test_set = pcall(data.fashion_mnist, { train = false })
  if not ok then
    fails(function() data.fashion_mnist() end, "install Debian's package dataset-fashion-mnist")
    skip("Debian's dataset-fashion-mnist is not installed")
  end
  eq(#test_set, 10000)
  eq(test_set.images.shape, { 10000, 1, 28, 28 })
  eq(test_set.labels.dtype, "int64")
  eq(test_set.images:max():item(), 1)
  eq(test_set.images:min():item(), 0)
  for class = 1, 10 do eq(test_set.labels:eq(class):sum():item(), 1000) end
  eq(test_set.classes[test_set.labels[1]], "Ankle boot")
  eq(test_set.converted:find("labels from 0 … 9 to classes 1 … 10", 1, true) ~= nil, true)
  eq(data.fashion_mnist({ train = false, flatten = true }).images.shape, { 10000, 784 })
  eq(#data.fashion_mnist(), 60000)
end)

test("Fashion-MNIST that is not there says which package has it", function()
  fails(function() data.fashion_mnist { folder = "/nowhere" } end, "sudo apt install dataset-fashion-mnist")
  fails(function() data.fashion_mnist { test = true } end, "unknown option 'test'")
end)

test("CIFAR-10 is read from a file and from a folder", function()
  local record = function(label) return string.char(label) .. ("\255\0\51"):rep(1024) end
  local set = data.cifar10(write(".bin", record(9) .. record(0)))
  eq(#set, 2)
  eq(set.labels, { 10, 1 })
  eq(set.classes[set.labels[2]], "airplane")
  eq(set.images.shape, { 2, 3, 32, 32 })
  close(set.images[1][1][1][{ { 1, 3 } }], { 1, 0, 0.2 })
  fails(function() data.cifar10(write(".bin", record(10))) end, "label 10")
  fails(function() data.cifar10("/nowhere") end, "no data_batch_1.bin in it")
  fails(function() data.cifar10("/nowhere", { train = false }) end, "no test_batch.bin in it")
  local folder = "../shared/data/cifar-10-batches-bin"
  local f = io.open(folder .. "/test_batch.bin")
  if not f then skip(folder .. " is not there") end
  f:close()
  eq(#data.cifar10("../shared/data", { train = false }), 2000)
  eq(#data.cifar10(folder), 10000)
end)

for _, path in ipairs(made) do os.remove(path) end
