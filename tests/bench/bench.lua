-- Times each row here and, where a Python with PyTorch is found, there, in turn, and prints a Markdown table.
--
--   moonlab run tests/bench/bench.lua MOONLAB [PYTHON FIFO [ROW]]
--
-- A sample repeats a row for at least SAMPLE seconds; what is shown is the median of ROUNDS samples for one
-- operation, the ratio of the medians, and the ratio of the shortest samples, which other programs on the
-- machine disturb least.  torch_bench.py knows the same rows by the same names.
local MOONLAB, PYTHON, FIFO, ROW = arg[1], arg[2] or "", arg[3], arg[4]
local SAMPLE, ROUNDS = 0.03, 7

local rows, order = {}, {}

-- A row: make() returns what is timed, which works on tensors that it made before.
local function row(name, make)
  rows[name] = make
  order[#order + 1] = name
end

local function command(text)
  return function()
    return function() assert(os.execute(text .. " >/dev/null")) end
  end
end

row("start-up", command(("'%s' -e 'print(1)'"):format(MOONLAB)))

row("a+b 4", function()
  local a, b = lab.randn(4), lab.randn(4)
  return function() return a + b end
end)

row("a+b 4, gradients", function()
  local a, b = lab.randn({ 4 }, { requires_grad = true }), lab.randn(4)
  return function() return a + b end
end)

for _, size in ipairs { 1e5, 1e7 } do
  local function on(name, f)
    row(("%s 1e%d"):format(name, math.floor(math.log(size, 10) + 0.5)), function()
      local a, b = lab.randn(size // 100 | 0, 100), lab.randn(size // 100 | 0, 100)
      return function() return f(a, b) end
    end)
  end
  on("add", function(a, b) return a + b end)
  on("mul", function(a, b) return a * b end)
  on("exp", function(a) return a:exp() end)
  on("sum", function(a) return a:sum() end)
  on("softmax", function(a) return a:softmax(-1) end)
end

row("transpose copy 3000", function()
  local a = lab.randn(3000, 3000)
  return function() return a:t():contiguous() end
end)

for _, n in ipairs { 64, 256, 1024, 2048 } do
  row("matmul " .. n, function()
    local a, b = lab.randn(n, n), lab.randn(n, n)
    return function() return a:matmul(b) end
  end)
end

-- One step of training: forward, loss, backward, optimiser.
local function step(net, loss_fn, opt, x, y)
  return function()
    opt:zero_grad()
    local loss = loss_fn(net(x), y)
    loss:backward()
    opt:step()
  end
end

row("step 1-10-1, 100 rows, SGD", function()
  local net = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
  return step(net, nn.MSELoss(), optim.SGD(net:parameters(), { lr = 0.01 }), lab.randn(100, 1), lab.randn(100, 1))
end)

row("step 20-64-1, 32 rows, Adam", function()
  local net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
  return step(net, nn.BCEWithLogitsLoss(), optim.Adam(net:parameters()), lab.randn(32, 20),
    lab.randn(32, 1):gt(0):float())
end)

row("step 784-256-128-10, 64 rows, Adam", function()
  local net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
  return step(net, nn.CrossEntropyLoss(), optim.Adam(net:parameters()), lab.randn(64, 784), lab.randint(1, 11, { 64 }))
end)

-- ---- timing -------------------------------------------------------------------------------------------

local clock = lab.clock

local function seconds(f, n)
  local start = clock()
  for _ = 1, n do f() end
  return clock() - start
end

-- How often f fits into a sample.
local function repeats(f)
  local n, taken = 1, seconds(f, 1)
  while taken < SAMPLE do
    n = math.max(n + 1, math.min(10 * n, math.ceil(1.2 * n * SAMPLE / math.max(taken, 1e-9))))
    taken = seconds(f, n)
  end
  return n
end

local function here(name, threads)
  lab.set_num_threads(threads)
  lab.manual_seed(1)
  local f = rows[name]()
  local n = repeats(f)
  return function() return seconds(f, n) / n end
end

local answers, questions
if PYTHON ~= "" then
  answers = assert(io.popen(("'%s' tests/bench/torch_bench.py '%s'"):format(PYTHON, FIFO)))
  questions = assert(io.open(FIFO, "w"))
  questions:setvbuf("line")
end

local function ask(question)
  questions:write(question, "\n")
  return assert(answers:read("l"), "the PyTorch side ended early")
end

local function there(name, threads)
  if name == "start-up" then
    local f = command(("'%s' -c 'import torch; print(1)'"):format(PYTHON))()
    return function() return seconds(f, 1) end
  end
  ask(("make %d %s"):format(threads, name))
  return function() return tonumber((ask("time"))) end
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

local function time_text(s)
  if not s then return "" end
  if s < 1e-3 then return ("%.2f µs"):format(s * 1e6) end
  return s < 1 and ("%.2f ms"):format(s * 1e3) or ("%.2f s"):format(s)
end

local function measure(name, threads)
  local ours, theirs = here(name, threads), questions and there(name, threads)
  local a, b = {}, {}
  for i = 1, ROUNDS do
    a[i] = ours()
    b[i] = theirs and theirs()
  end
  local mine, other = median(a), theirs and median(b)
  local ratios = other and ("%.2f | %.2f"):format(other / mine, b[1] / a[1]) or "|"
  print(("| %s | %d | %s | %s | %s |"):format(name, threads, time_text(mine), time_text(other), ratios))
  io.stdout:flush()
  collectgarbage()
end

for line in io.popen(("'%s' doctor"):format(MOONLAB)):lines() do
  if line:find("^moonlab") or line:find("^instr") or line:find("^blas") then print((line:gsub("  +", ": ", 1)) .. "  ") end
end
if questions then print((ask("describe")) .. "  ") end
print("\n| row | threads | moonlab | PyTorch | times faster | shortest samples |\n|---|---:|---:|---:|---:|---:|")
local found = false
for _, name in ipairs(order) do
  for threads = 1, 2 do
    local once = threads == 2 and (name == "start-up" or name:find("a+b", 1, true))
    if (not ROW or name:find(ROW, 1, true)) and not once then
      found = true
      measure(name, threads)
    end
  end
end
if not found then error(("no row has \"%s\" in its name; there are: %s"):format(ROW, table.concat(order, "; ")), 0) end
