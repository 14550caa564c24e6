-- The language of tensors: making, indexing, promotion, errors that teach, memory.
dofile("tests/lua/harness.lua")

test("lab.tensor takes nested tables, numbers, booleans and copies tensors", function()
  eq(lab.tensor { { 1, 2 }, { 3, 4 } }.shape, { 2, 2 })
  eq(lab.tensor(5).shape, {})
  eq(lab.tensor { true, false }.dtype, "bool")
  eq(lab.tensor { 1, 2 }.dtype, "float32")
  eq(lab.tensor({ 2 ^ 53 + 1 }, { dtype = "float64" })[1], 2 ^ 53 + 1)
  eq(lab.tensor({ 9007199254740993 }, { dtype = "int64" })[1], 9007199254740993)
  local a = lab.tensor { 1 }
  local b = lab.tensor(a)
  b[1] = 9
  eq(a, { 1 })
  eq(lab.tensor {}.shape, { 0 })
  fails(function() lab.tensor { { 1, 2 }, { 3 } } end, "not rectangular")
  fails(function() lab.tensor { { 1, 2 }, 3 } end, "not rectangular")
  fails(function() lab.tensor { "a" } end, "string")
  fails(function() lab.tensor("abc") end, "a table of numbers")
  fails(function() lab.tensor({ 1 }, { dtyp = "int64" }) end, "did you mean 'dtype'?")
  fails(function() lab.tensor({ 1 }, { dtype = "float23" }) end, "did you mean \"float32\"?")
end)

test("indexing counts from 1, from the end, and by ranges that include both ends", function()
  local x = lab.arange(1, 13):view(3, 4)
  eq(x[1], { 1, 2, 3, 4 })
  eq(x[-1], { 9, 10, 11, 12 })
  eq(x[{ 2, 3 }], 7)
  eq(x[{ {}, 1 }], { 1, 5, 9 })
  eq(x[{ { 2, 3 }, { 1, 4, 2 } }], { { 5, 7 }, { 9, 11 } })
  eq(x[{ { -1, 1, -1 }, 1 }], { 9, 5, 1 })
  eq(x["2:, -1"], { 8, 12 })
  eq(x["..., 2"], { 2, 6, 10 })
  eq(x[":, 4:1:-3"], { { 4, 1 }, { 8, 5 }, { 12, 9 } })
  eq(x["2:1"].shape, { 0, 4 })
  eq(x[1][2], 2)
  eq(x[x:gt(10)], { 11, 12 })
  eq(x[lab.tensor({ 3, 1 }, { dtype = "int64" })], { { 9, 10, 11, 12 }, { 1, 2, 3, 4 } })
  eq(#x, 3)
end)

test("wrong indices are explained", function()
  local x = lab.zeros(3, 4)
  fails(function() return x[0] end, "counting starts at 1")
  fails(function() return x[4] end, "1 to 3")
  fails(function() return x[-4] end, "-1 to -3")
  fails(function() return x[1.5] end, "whole number")
  fails(function() return x["1, 2, 3"] end, "3 indices for a tensor of 2 dimensions")
  fails(function() return x["1:x"] end, "write it like")
  fails(function() return x[{ { 1 } }] end, "{first, last}")
  fails(function() return x[{ { 1, 2, 0 } }] end, "step 0")
  fails(function() return lab.tensor(1)[1] end, "x:item()")
  fails(function() return x[{}][true] end, "boolean")
  fails(function() return x:sum(3) end, "dimension 3")
  fails(function() return x:sum(0) end, "counting starts at 1")
end)

test("assignment by every kind of index", function()
  local x = lab.zeros(3, 3)
  x[1] = 1
  x[{ 2, 2 }] = 5
  x[":, 3"] = lab.tensor { 7, 8, 9 }
  eq(x, { { 1, 1, 7 }, { 0, 5, 8 }, { 0, 0, 9 } })
  x[x:eq(0)] = -1
  eq(x, { { 1, 1, 7 }, { -1, 5, 8 }, { -1, -1, 9 } })
  x[lab.tensor({ 3 }, { dtype = "int64" })] = 4
  eq(x[3], { 4, 4, 4 })
  x[1] = { 1, 2, 3 }
  eq(x[1], { 1, 2, 3 })
  x["1:2"] = x["2:3"]
  eq(x[1], { -1, 5, 8 })
  eq(x[2], { 4, 4, 4 })
  fails(function() x[1] = lab.zeros(4) end, "broadcast")
  fails(function() x[1] = "a" end, "can be assigned")
end)

test("numbers never change a tensor's dtype", function()
  local i = lab.tensor({ 1, 2 }, { dtype = "int64" })
  eq((i + 1).dtype, "int64")
  eq((i * 2.0).dtype, "int64")
  fails(function() return i * 0.5 end, "x:float()")
  eq((i / 2).dtype, "float32")
  eq((lab.ones(2, { dtype = "float16" }) * 0.1).dtype, "float16")
  eq(i:lt(1.5), { true, false })
end)

test("promotion is NumPy's", function()
  eq(lab.promote_types("int64", "float32"), "float64")
  eq(lab.promote_types("uint8", "float32"), "float32")
  eq(lab.promote_types("int8", "float16"), "float16")
  eq(lab.promote_types("bfloat16", "float16"), "float32")
  eq(lab.promote_types("bool", "int8"), "int8")
  eq(lab.promote_types("int8", "uint8"), "int32")
  eq((lab.ones(1, { dtype = "int32" }) + lab.ones(1)).dtype, "float64")
end)

test("comparisons by operator are refused with the way out", function()
  fails(function() return lab.ones(1) < lab.ones(1) end, "x:lt(y)")
  fails(function() return lab.ones(1) <= lab.ones(1) end, "x:le(y)")
end)

test("errors name the call, what was given and the nearest name", function()
  local x = lab.ones(2, 3)
  fails(function() return x:summ() end, "did you mean 'sum'?")
  fails(function() return x:sum(1, { keepdims = true }) end, "did you mean 'keepdim'?")
  fails(function() return x:sum(1, true, "float32", 5) end, "too many arguments")
  fails(function() return x + lab.ones(4) end, "float32 [2 3] and float32 [4]")
  fails(function() return lab.exp() end, "is missing")
  fails(function() return lab.exp("a") end, "must be a tensor")
  fails(function() return x.sum(2) end, "a tensor")
  fails(function() return x + "a" end, "string")
  fails(function() return x:to("cudaa") end, "cudaa")
  fails(function() return x:view(5) end, "view")
  fails(function() return lab.zeros(-1) end, "negative")
  fails(function() return lab.zeros(2 ^ 40 // 1 | 0, 2 ^ 40 // 1 | 0) end, "too large")
  fails(function() return lab.zeros(1, 1, 1, 1, 1, 1, 1, 1, 1) end, "at most 8")
end)

test("in place: what cannot be held is refused and nothing changes", function()
  local x = lab.ones(2)
  fails(function() x:add_(lab.ones(3, 2)) end, "cannot hold in place")
  fails(function() x:add_(lab.ones(2, { dtype = "float64" })) end, "cannot hold in place")
  fails(function() lab.ones(1):expand(3):add_(1) end, "clone() it first")
  eq(x, { 1, 1 })
  local y = lab.arange(1, 6)
  y["2:5"]:copy_(y["1:4"])
  eq(y, { 1, 1, 2, 3, 4 })
end)

test("a freed tensor is an error, not a crash", function()
  local x = lab.ones(3)
  x:free()
  fails(function() return x + 1 end, "freed")
  fails(function() return x:sum() end, "freed")
  fails(function() return x[1] end, "freed")
  fails(function() return x.shape end, "freed")
  assert(tostring(x))
end)

test("lab.scope frees what is not returned", function()
  collectgarbage()
  local before = lab.memory().live
  local kept = lab.scope(function()
    local a = lab.ones(1000)
    local b = a + 1
    return { b }
  end)
  eq(lab.memory().live - before, 4000)
  eq(kept[1][1], 2)
  fails(function() lab.scope(function() local a = lab.ones(10) error("x") end) end, "x")
end)

test("a million temporaries keep native memory small", function()
  local x, peak = lab.ones(16), 0
  for i = 1, 1000000 do
    local y = x + i
    if i % 10000 == 0 then peak = math.max(peak, lab.memory().live) end
  end
  assert(peak < 64 << 20, peak)
end)

-- Bytes of the process that are in memory.
local function resident()
  for line in io.lines("/proc/self/status") do
    local kb = line:match("^VmRSS:%s+(%d+) kB")
    if kb then return tonumber(kb) * 1024 end
  end
end

test("a training loop's memory stays flat, without a call of the collector", function()
  lab.manual_seed(1)
  local net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
  local opt, loss_fn = optim.Adam(net:parameters()), nn.BCEWithLogitsLoss()
  local x, y = lab.randn(32, 20), lab.randn(32, 1):gt(0):float()
  local function train(steps)
    local live, tensors = 0, 0
    for _ = 1, steps do
      opt:zero_grad()
      loss_fn(net(x), y):backward()
      opt:step()
      local memory = lab.memory()
      live, tensors = math.max(live, memory.live), math.max(tensors, memory.tensors)
    end
    return live, tensors
  end
  local live, tensors = train(2000)
  local before = resident()
  local live_later, tensors_later = train(6000)
  assert(live < 4 << 20, live)
  assert(live_later <= 1.25 * live, ("%d then %d bytes live"):format(live, live_later))
  assert(tensors_later <= 1.25 * tensors, ("%d then %d tensors"):format(tensors, tensors_later))
  -- a sanitizer keeps what was freed for a while
  assert(not before or os.getenv("MOONLAB_SANITIZED") or resident() - before < 2 << 20, "the process grew")
end)

test("temporaries of 4 MB stay under 1 GB", function()
  local x, peak = lab.ones(1 << 20), 0
  for _ = 1, 1500 do
    local y = x + 1
    peak = math.max(peak, lab.memory().live)
  end
  assert(peak < 1 << 30, peak)
end)

test("more memory than there is is an ordinary error, and work goes on", function()
  fails(function() return lab.zeros(1 << 44) end, "out of memory")
  eq((lab.ones(2) + 1), { 2, 2 })
end)

test("saved tensors come back as they were", function()
  local path = os.tmpname()
  lab.save(path .. ".npy", lab.arange(1, 4))
  eq(lab.load(path .. ".npy"), { 1, 2, 3 })
  os.remove(path .. ".npy")
  os.remove(path)
end)

test("the fake device: a missing kernel and mixed devices are explained", function()
  if not lab.is_available("fake") then skip("no fake device plugin beside the executable") end
  local x = lab.ones(2, { device = "fake" })
  eq(x.device, "fake")
  eq((x + 1):to("cpu"), { 2, 2 })
  eq(x:sum():item(), 2)
  fails(function() return x:digamma() end, "digamma: no float32 kernel for fake")
  fails(function() return x:sort() end, "x:to(\"cpu\")")
  fails(function() return x + lab.ones(2) end, "tensors on fake and on cpu")
  fails(function() return lab.ones(1, { device = "fake:7" }) end, "there are 2")
  fails(function() return lab.ones(1, { device = "nosuch" }) end, "not available")
  assert(tostring(x):find("1"))
end)
