-- hostile.lua: every function and method called with arguments it did not expect.  Only results and errors are allowed:
-- the process must not crash, hang or take a gigabyte, and no message may hold a control character.
--
-- The choice is pseudo-random and always the same.  Half of the calls take a valid sample of tests/lua/samples and
-- replace some of its arguments, so that checks behind the first one are met as well.
-- HOSTILE_ROUNDS sets how many calls each function gets, HOSTILE_LOG names a file that gets each call before it is made.
local rounds = tonumber(os.getenv("HOSTILE_ROUNDS") or "") or 12
local log = os.getenv("HOSTILE_LOG") and assert(io.open(os.getenv("HOSTILE_LOG"), "w"))
if log then log:setvbuf("line") end
local real_print, real_write = print, io.write

-- ---- the choice ----------------------------------------------------------------------------------------

local state = tonumber(os.getenv("HOSTILE_SEED") or "") or 1
local function pick(n) -- 1 … n
  state = (state * 6364136223846793005 + 1442695040888963407) & 0x7fffffffffffffff
  return (state >> 33) % n + 1
end
local function choose(list) return list[pick(#list)] end

-- ---- the values ----------------------------------------------------------------------------------------

local dtypes = { "float32", "float64", "bfloat16", "float16", "int64", "int32", "int8", "uint8", "bool" }
local shapes = { {}, { 0 }, { 1 }, { 3 }, { 5 }, { 3, 0 }, { 2, 3 }, { 3, 3 }, { 0, 3, 3 }, { 2, 3, 4 }, { 1, 1, 1 }, { 64 },
  { 1, 2, 1, 2, 1, 2, 1, 2 }, { 0, 1, 0, 1, 0, 1, 0, 1 }, { 2, 2, 2, 2, 2, 2, 2, 2 }, { 70, 33 } }
local layouts = {
  function(t) return t end,
  function(t) return t end,
  function(t) return t:dim() > 1 and t:transpose(1, -1) or t end,
  function(t) return t:dim() > 0 and t:flip(1) or t end,
  function(t) return t:dim() < 8 and t:unsqueeze(1):expand(4, table.unpack(t.shape)) or t end,
  function(t) return t:dim() > 0 and t.shape[1] > 1 and t["2:-1"] or t end,
}

local function tensor()
  local dtype, shape = choose(dtypes), choose(shapes)
  local t = (lab.rand(shape, { dtype = "float64" }) * 9 - 3):to(dtype)
  t = choose(layouts)(t)
  local kind = pick(12)
  if kind == 1 and t:is_floating_point() then t = t * (0 / 0) end
  if kind == 2 and t:is_floating_point() then t = t / 0 end
  if kind == 3 then t = t:clone() t:free() end
  if kind == 4 and t:is_floating_point() then t = t:detach():requires_grad_() end
  if kind == 5 and t:is_floating_point() then t = (t:detach():clone():requires_grad_() * 2) end
  if kind == 6 and not t:is_floating_point() and dtype == "int64" then t = t * 0 + math.mininteger end
  if kind == 7 and dtype == "int64" then t = t * 0 + math.maxinteger end
  if kind == 8 and dtype == "int64" then t = t:abs() % 3 + 1 end
  return t
end

local recursive = {}
recursive[1] = recursive
local numbers = { 0, 1, 2, 3, -1, -2, -9, 8, 9, 0.5, -0.0, 1e300, -1e300, 1e-320, 0 / 0, 1 / 0, -1 / 0, 100000, 2 ^ 31, 2 ^ 32, 2 ^ 53, 2 ^ 62,
  1 << 31, 1 << 32, 1 << 62, math.maxinteger, math.mininteger, -(1 << 32), 255, 256, 1000 }
local strings = { "", "\27[31mred\0\7", "sum", "mean", "none", "float32", "int64", "cpu", "cuda:99", "fake:-1", "ij,jk->ik", "ii", "...", "...i->i",
  "1:2", ":, 0", "9999999999999999999999", "%s%n%d", ("x"):rep(10000), "\xff\xfe", "reflect", "1e5", "nan", "a\nb", "\u{202e}x", "\u{9b}31m" }
local functions = { tostring, error, function(...) return ... end, function() end, function(x) return x * 2 end, function() error("x") end,
  function() error({}) end, function() return recursive end }
local names = { "dim", "dtype", "device", "keepdim", "requires_grad", "reduction", "weight", "size", "p", "n", "out", "lr", "padding", "\27[2J", "betas",
  "params", "batch_size", "shuffle", "bias", "dims", "correction", "ignore_index" }

local any
local function list()
  local t = {}
  for i = 1, pick(5) - 1 do t[i] = any(1) end
  return t
end
local tables = {
  function() return {} end,
  function() return recursive end,
  function() return { 1, 2 } end,
  function() return { 1, { 2 }, 3 } end,
  function() return { { 1, 2 }, { 3, 4 } } end,
  function() return { { {} } } end,
  function() return { { { { { { { { { { 1 } } } } } } } } } } end,
  function() return { 2, 3, dtype = "float64" } end,
  function() return { [choose(names)] = any(1) } end,
  function() return { [choose(names)] = any(1), [choose(names)] = any(1) } end,
  function() return { [choose { 1, 2, 3, -1, 0.5, true, tostring, 1 << 40 }] = any(1) } end,
  function() return setmetatable({}, { __index = function() error("index") end, __len = function() return 1 << 40 end }) end,
  function() return setmetatable({ 1 }, { __index = function(t) return t end, __tostring = function() return 7 end }) end,
  function() return { tensor(), tensor() } end,
  function() return { tensor(), tensor(), tensor() } end,
  list,
}
local others = { function() return true end, function() return false end, function() return io.stdout end,
  function() return coroutine.create(tostring) end, function() return nn.Linear(2, 2) end, function() return lab end }

function any(depth)
  local kind = pick(16)
  if kind == 1 then return nil end
  if kind <= 5 then return choose(numbers) end
  if kind <= 7 then return choose(strings) end
  if kind == 8 then return choose(functions) end
  if kind == 9 then return choose(others)() end
  if kind <= 11 and (depth or 0) < 3 then return (depth or 0) > 0 and {} or choose(tables)() end
  return tensor()
end

-- ---- one call ------------------------------------------------------------------------------------------

local function show(v)
  if lab.is_tensor(v) then return v.dtype .. "[" .. table.concat(v.shape, " ") .. "]" .. (v.requires_grad and "g" or "") end
  if type(v) == "userdata" then return "freed" end
  if type(v) == "string" then return string.format("%q", v:sub(1, 40)) end
  if type(v) == "number" then return tostring(v) end
  if type(v) ~= "table" or getmetatable(v) then return type(v) end
  local parts = {}
  for k, x in pairs(v) do
    if x == v then parts[#parts + 1] = "itself"
    else parts[#parts + 1] = (math.type(k) and "" or type(k) == "string" and string.format("[%q]=", k) or type(k) .. "=") .. show(x) end
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local calls, controls = 0, {}
local function use(v, depth)
  if lab.is_tensor(v) then
    tostring(v)
    if v.requires_grad and v:numel() < 1000 then v:sum():backward() end
  elseif type(v) == "table" and depth < 2 and not getmetatable(v) then
    for _, x in ipairs(v) do use(x, depth + 1) end
  elseif type(v) == "function" and depth < 1 then
    v(any(), any())
  end
end

local function attempt(name, f, args)
  calls = calls + 1
  if log then
    local parts = {}
    for i = 1, args.n do parts[i] = show(args[i]) end
    log:write(calls, " ", name, "(", table.concat(parts, ", "), ")\n")
  end
  local results
  local ok, message = pcall(function()
    results = table.pack(f(table.unpack(args, 1, args.n)))
    for i = 1, results.n do use(results[i], 0) end
  end)
  if not ok and type(message) == "string" and message:find("[%z\1-\8\11-\31\127]") then
    controls[#controls + 1] = name .. ": " .. string.format("%q", message:sub(1, 200))
  end
  lab.set_grad_enabled(true)
  if lab.get_num_threads() ~= 2 then lab.set_num_threads(2) end
  return ok, results
end

local function random_args()
  local args = { n = pick(6) - 1 }
  for i = 1, args.n do args[i] = any() end
  return args
end

-- ---- the functions -------------------------------------------------------------------------------------

-- Not called at random: what ends or changes the test itself, and what loads whole data sets.
local left_out = { ["lab._fail_allocation"] = true, ["lab._operators"] = true, ["lab._limit_memory"] = true,
  ["lab.set_default_device"] = true, ["data.fashion_mnist"] = true, ["data.cifar10"] = true }

local samples = {}
for _, family in ipairs { "shape", "index", "create", "random", "reduce", "sort", "linalg", "nn", "pointwise" } do
  for name, s in pairs(dofile("tests/lua/samples/" .. family .. ".lua")) do samples[name] = s end
end

local function fresh(v)
  if lab.is_tensor(v) then
    local t = v:detach():clone()
    return v.requires_grad and t:requires_grad_() or t
  end
  if type(v) ~= "table" then return v end
  local t = {}
  for k, x in pairs(v) do t[k] = fresh(x) end
  return t
end

-- A valid sample with some arguments replaced, left out or added.
local function nearly_right(name)
  local of = samples[name] or samples[name:gsub("_$", "")]
  if not of or #of == 0 then return random_args() end
  local sample = choose(of)
  local args = type(sample) == "function" and table.pack(sample()) or table.pack(table.unpack(sample))
  for i = 1, args.n do args[i] = fresh(args[i]) end
  for _ = 1, pick(2) do
    local at = pick(args.n + 1)
    args[at] = any()
    args.n = math.max(args.n, at)
  end
  return args
end

local function sorted_functions(t)
  local list = {}
  for k, f in pairs(t) do
    local callable = type(f) == "function" or type(f) == "table" and getmetatable(f) and getmetatable(f).__call
    if type(k) == "string" and callable then list[#list + 1] = k end
  end
  table.sort(list)
  return list
end

local function quiet(f)
  print, io.write = function() end, function() end
  local limit = lab._limit_memory(256 << 20)
  local ok, message = pcall(f)
  lab._limit_memory(limit)
  print, io.write = real_print, real_write
  if not ok then error(message, 0) end
end

local function peak_memory()
  for line in io.lines("/proc/self/status") do
    local kb = line:match("^VmHWM:%s+(%d+)")
    if kb then return tonumber(kb) / 1024 end
  end
  return 0
end

local function every(prefix, t)
  for _, key in ipairs(sorted_functions(t)) do
    local name = prefix .. "." .. key
    if not left_out[name] then
      for i = 1, rounds do
        attempt(name, t[key], i % 2 == 0 and prefix == "lab" and nearly_right(key) or random_args())
      end
    end
  end
end

local function no_controls()
  if #controls > 0 then error(#controls .. " messages hold control characters:\n" .. table.concat(controls, "\n", 1, math.min(#controls, 20)), 0) end
  controls = {}
end

test("functions of lab meet any arguments", function()
  quiet(function() every("lab", lab) end)
  no_controls()
end)

test("methods and metamethods of tensors meet any arguments", function()
  quiet(function()
    local meta = debug.getmetatable(lab.tensor { 1 })
    for _, key in ipairs(sorted_functions(meta.methods)) do
      for i = 1, rounds do
        local args = i % 2 == 0 and nearly_right(key) or random_args()
        args.n = math.max(args.n, 1)
        if pick(4) > 1 then args[1] = tensor() end
        attempt("x:" .. key, meta.methods[key], args)
      end
    end
    for _, key in ipairs(sorted_functions(meta)) do
      for _ = 1, key:find("index") and 40 * rounds or 4 * rounds do
        local args = { tensor(), any(), any(), n = 3 }
        if key:find("index") and pick(3) == 1 then args[2] = { any(1), any(1) } end
        attempt("metamethod " .. key, meta[key], args)
      end
    end
  end)
  no_controls()
end)

test("modules, optimisers, data and plots meet any arguments", function()
  quiet(function()
    for _, name in ipairs { "optim", "data", "metrics", "plot" } do
      local module = _G[name]
      if module then every(name, module) end
    end
    every("optim.lr_scheduler", optim.lr_scheduler)
    for _, name in ipairs { "functional", "init", "utils" } do every("nn." .. name, nn[name]) end
    every("nn", nn)
  end)
  no_controls()
end)

test("modules that were made meet any input", function()
  quiet(function()
    for _, key in ipairs(sorted_functions(nn)) do
      for _ = 1, rounds do
        local ok, made = attempt("nn." .. key, nn[key], pick(2) == 1 and { n = 0 } or { choose { 1, 2, 3, 0.5 }, choose { 2, 3 }, n = 2 })
        local module = ok and made[1]
        if type(module) == "table" and type(module.forward) == "function" then
          for method in pairs { forward = 1, to = 1, train = 1, load_state_dict = 1, register_buffer = 1, register_parameter = 1, add_module = 1, apply = 1 } do
            if module[method] then
              local args = random_args()
              table.insert(args, 1, module)
              args.n = args.n + 1
              attempt("nn." .. key .. ":" .. method, module[method], args)
            end
          end
        end
      end
    end
  end)
  no_controls()
end)

test("optimisers that were made meet any parameters", function()
  quiet(function()
    for _, key in ipairs(sorted_functions(optim)) do
      for _ = 1, 2 * rounds do
        local list = {}
        for i = 1, pick(3) do
          list[i] = lab.rand(choose(shapes), { dtype = choose { "float32", "float64", "bfloat16" } }):requires_grad_()
          pcall(function() list[i].grad = pick(2) == 1 and tensor() or lab.rand(list[i].shape) end)
        end
        local ok, made = attempt("optim." .. key, optim[key], { list, { lr = choose(numbers), [choose(names)] = any() }, n = 2 })
        if not ok then ok, made = attempt("optim." .. key, optim[key], { list, { lr = choose(numbers) }, n = 2 }) end
        if ok then
          local o = made[1]
          attempt(key .. ":step", o.step, { o, n = 1 })
          list[1]:free()
          attempt(key .. ":step", o.step, { o, any(), n = 2 })
          if o.load_state_dict then attempt(key .. ":load_state_dict", o.load_state_dict, { o, any(), n = 2 }) end
        end
      end
    end
  end)
  no_controls()
end)

test("no call took a gigabyte", function()
  if peak_memory() > 1024 and not os.getenv("ASAN_OPTIONS") then error("the process took " .. peak_memory() .. " MB after " .. calls .. " calls") end
  assert(calls > 5000)
end)
