-- operators.lua: what the table promises of every operator, checked for every row.
--
--   pointwise rows: every dtype, layouts (contiguous, strided, broadcast, 0-dim, empty, flipped), in place, gradient
--   against central differences, gradient of the gradient, the fake device
--   other rows: the samples of tests/lua/samples/*.lua: gradients of first and second order, the fake device where the
--   row runs on any device, allocation failures
dofile("tests/lua/harness.lua")
local table_of = lab._operators()

local float_types = { "float32", "float64", "bfloat16", "float16" }
local int_types = { "int64", "int32", "int8", "uint8" }
local tolerance = { float32 = 2e-6, float64 = 1e-14, bfloat16 = 8e-3, float16 = 1e-3 }

local function draw(row, shape, dtype)
  local u = lab.rand(shape, { dtype = "float64" }) * (row.hi - row.lo) + row.lo
  if dtype == "bool" then return u:gt((row.hi + row.lo) / 2) end
  if dtype:find("int") then return (u * 3):round():abs():to(dtype) end
  return u:to(dtype)
end

local function inputs(row, shape, dtype)
  local list = {}
  for i = 1, row.inputs do
    list[i] = draw(row, shape, dtype)
    if row.name == "where" and i == 1 then list[i] = list[i]:gt(0) end
  end
  return list
end

local function on(list, f)
  local out = {}
  for i, t in ipairs(list) do out[i] = f(t) end
  return out
end

local function call(row, list) return lab[row.name](table.unpack(list)) end

local function types_of(row)
  local list = {}
  for _, t in ipairs(float_types) do if row.types[t] then list[#list + 1] = t end end
  for _, t in ipairs(int_types) do if row.types[t] then list[#list + 1] = t end end
  if row.types.bool then list[#list + 1] = "bool" end
  return list
end

lab.manual_seed(1)

for _, row in ipairs(table_of) do
  if row.pointwise then
    test(row.name .. ": every dtype agrees with float64 within its precision", function()
      for _, dtype in ipairs(types_of(row)) do
        local list = inputs(row, { 5, 7 }, dtype)
        local y = call(row, list)
        if tolerance[dtype] and not row.predicate then
          close(y:double(), call(row, on(list, function(t) return t.dtype == "bool" and t or t:double() end)), tolerance[dtype] * 4)
        else
          eq(y.shape, { 5, 7 })
        end
      end
    end)

    test(row.name .. ": strided, flipped, broadcast, 0-dimensional and empty inputs", function()
      local dtype = row.types.float64 and "float64" or "int64"
      local list = inputs(row, { 6, 4 }, dtype)
      local want = call(row, list)
      eq(call(row, on(list, function(t) return t:t():contiguous():t() end)), want)
      eq(call(row, on(list, function(t) return t:flip(1, 2) end)):flip(1, 2), want)
      eq(call(row, on(list, function(t) return t["1:6:2, 1:4:3"] end)), want["1:6:2, 1:4:3"])
      eq(call(row, on(list, function(t) return t[{ 2, 3 }] end)), want[{ 2, 3 }])
      eq(call(row, on(list, function(t) return t["3:2"] end)).shape, { 0, 4 })
      local big = call(row, on(list, function(t) return t:unsqueeze(1):expand(3, 6, 4) end))
      eq(big.shape, { 3, 6, 4 })
      eq(big[2], want)
      if row.inputs > 1 then
        local mixed = { list[1]["1:6, 1:1"], table.unpack(list, 2) }
        eq(call(row, mixed), call(row, { list[1]["1:6, 1:1"]:expand(6, 4):contiguous(), table.unpack(list, 2) }))
      end
      local large = inputs(row, { 300, 333 }, dtype)
      eq(call(row, on(large, function(t) return t:t() end)):t():eq(call(row, large)):logical_or(call(row, large):ne(call(row, large))):all():item(), true)
    end)

    if row.inplace then
      test(row.name .. "_: in place gives the same", function()
        local dtype = row.types.float64 and "float64" or "int64"
        local list = inputs(row, { 4, 3 }, dtype)
        local want = call(row, list)
        local x = list[1]:clone()
        x[row.name .. "_"](x, table.unpack(list, 2))
        eq(x, want)
      end)
    end

    local differentiable = row.types.float64 and not row.predicate
    if differentiable and row.formulas[1] ~= "none" or row.name == "where" then
      test(row.name .. ": gradients agree with central differences", function()
        local list = inputs(row, { 2, 3 }, "float64")
        for i, t in ipairs(list) do if t.dtype == "float64" and row.formulas[i] then t:requires_grad_() end end
        local f = function(...) return lab[row.name](...) end
        assert(lab.gradcheck(f, list))
        if row.second then assert(lab.gradcheck(f, list, { second = true })) end
      end)
      if row.inputs > 1 then
        test(row.name .. ": gradients of broadcast inputs are summed", function()
          local list = inputs(row, { 2, 3 }, "float64")
          list[2] = list[2]["1:1"]:clone()
          for i, t in ipairs(list) do if t.dtype == "float64" and row.formulas[i] then t:requires_grad_() end end
          assert(lab.gradcheck(function(...) return lab[row.name](...) end, list))
        end)
      end
      if lab.is_available("fake") and row.name ~= "digamma" and row.name ~= "lgamma" then
        test(row.name .. ": the fake device agrees with the CPU, backwards too", function()
          local list = inputs(row, { 3, 4 }, "float32")
          local there = on(list, function(t) return t:to("fake") end)
          for _, l in ipairs { list, there } do
            for i, t in ipairs(l) do if t.dtype == "float32" and row.formulas[i] then t:requires_grad_() end end
          end
          local y, z = call(row, list), call(row, there)
          eq(z:to("cpu"), y)
          if y.requires_grad then
            y:sum():backward()
            z:sum():backward()
            for i, t in ipairs(list) do
              if t.grad then eq(there[i].grad:to("cpu"), t.grad) end
            end
          end
        end)
      end
    end
    for _, d in ipairs(row.formulas) do
      test(row.name .. ": its gradient \"" .. d .. "\" is in the grammar", function() lab._check_formula(d) end)
    end
  end
end

-- ---- hand-written rows ------------------------------------------------------------------------------

local samples, covered = {}, {}
for _, family in ipairs { "shape", "index", "create", "random", "reduce", "sort", "linalg", "nn", "pointwise", "copying" } do
  local path = "tests/lua/samples/" .. family .. ".lua"
  local file = io.open(path)
  if file then
    file:close()
    for name, list in pairs(dofile(path)) do samples[name] = list end
  end
end

local function arguments(sample)
  if type(sample) == "function" then return table.pack(sample()) end
  return table.pack(table.unpack(sample))
end

local function tensors(args, out)
  out = out or {}
  for i = 1, args.n or #args do
    local a = args[i]
    if lab.is_tensor(a) then out[#out + 1] = a
    elseif type(a) == "table" and lab.is_tensor(a[1]) then tensors(a, out) end
  end
  return out
end

-- The sample's call as a function of the tensors that want a gradient.
local function as_function(name, args)
  local wanted = {}
  for _, t in ipairs(tensors(args)) do if t.requires_grad then wanted[#wanted + 1] = t end end
  local function substitute(list, new)
    local out, k = {}, 0
    local function walk(l)
      local copy = {}
      for i = 1, l.n or #l do
        local a = l[i]
        if lab.is_tensor(a) and a.requires_grad then
          k = k + 1
          copy[i] = new[k]
        elseif type(a) == "table" and lab.is_tensor(a[1]) then copy[i] = walk(a)
        else copy[i] = a end
      end
      return copy
    end
    return walk(list)
  end
  return function(...)
    local call_args = substitute(args, { ... })
    local results = table.pack(lab[name](table.unpack(call_args, 1, args.n)))
    local floats = {}
    local function add(r)
      if lab.is_tensor(r) and r:is_floating_point() and r.requires_grad then floats[#floats + 1] = r
      elseif type(r) == "table" then for _, v in ipairs(r) do add(v) end end
    end
    for i = 1, results.n do add(results[i]) end
    return table.unpack(floats)
  end, wanted
end

for _, row in ipairs(table_of) do
  if not row.pointwise and samples[row.name] then
    covered[row.name] = true
    for i, sample in ipairs(samples[row.name]) do
      local args = arguments(sample)
      local f, wanted = as_function(row.name, args)
      local smooth, floats = false, false
      for _, r in ipairs { lab[row.name](table.unpack(args, 1, args.n)) } do
        for _, y in ipairs(lab.is_tensor(r) and { r } or type(r) == "table" and r or {}) do
          if lab.is_tensor(y) and y:is_floating_point() then floats, smooth = true, smooth or y.requires_grad end
        end
      end
      if #wanted > 0 and floats and row.differentiable and not smooth then
        test(row.name .. ": sample " .. i .. " is part of the graph", function() error("its result does not require a gradient") end)
      elseif #wanted > 0 and smooth then
        test(row.name .. ": sample " .. i .. " has right gradients, first and second order", function()
          assert(lab.gradcheck(f, wanted))
          if row.second then assert(lab.gradcheck(f, wanted, { second = true })) end
        end)
      else
        test(row.name .. ": sample " .. i .. " runs", function() lab[row.name](table.unpack(args, 1, args.n)) end)
      end
      test(row.name .. ": sample " .. i .. " survives every failing allocation", function()
        local state = lab.get_rng_state()
        for k = 1, 2000 do
          lab.set_rng_state(state)
          lab._fail_allocation(k)
          local ok, message = pcall(lab[row.name], table.unpack(args, 1, args.n))
          local needed = lab._fail_allocation(0)
          if ok and needed < k then return end
          if not ok and not tostring(message):find("memory", 1, true) then
            error("allocation " .. k .. ": " .. tostring(message))
          end
        end
      end)
    end
  end
end

for _, row in ipairs(table_of) do
  if row.name:sub(-1) == "_" then
    test(row.name .. " changes a tensor in place and counts as a change", function()
      for _, dtype in ipairs { "float32", "float64", "float16" } do
        local x = lab.full({ 4, 5 }, 0.5, { dtype = dtype })
        eq(lab.is_tensor(x[row.name](x)), true)
        eq(x.shape, { 4, 5 })
        eq(x.dtype, dtype)
        eq(x:eq(0.5):all():item(), false)
      end
    end)
  elseif not row.pointwise then
    test(row.name .. " has samples", function() assert(covered[row.name], "add some to tests/lua/samples") end)
  end
end
