-- Times each row here and, where a Python with PyTorch is found, there, in turn, and prints Markdown tables.
--
--   moonlab run tests/bench/bench.lua MOONLAB GFLOPS [PYTHON FIFO [ROW]]
--
-- A sample repeats a row for at least SAMPLE seconds; what is shown is the median of ROUNDS samples for one
-- operation, the ratio of the medians, and the ratio of the shortest samples, which other programs on the
-- machine disturb least.  GFLOPS is what the FMA units of one core can do (peak.c).
local MOONLAB, GFLOPS, PYTHON, FIFO, ROW = arg[1], tonumber(arg[2]), arg[3] or "", arg[4], arg[5]
local SAMPLE, ROUNDS = 0.03, 7

local rows = dofile("tests/bench/rows.lua")
local plots = dofile("tests/bench/plots.lua")
local clock = lab.clock

-- ---- timing -------------------------------------------------------------------------------------------

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

local function command(text)
  return function() return seconds(function() assert(os.execute(text .. " >/dev/null")) end, 1) end
end

-- A function that takes one sample of the row.
local function here(name, threads)
  if name == "start-up" then return command(("'%s' -e 'print(1)'"):format(MOONLAB)) end
  lab.set_num_threads(threads)
  lab.manual_seed(1)
  local f, operations = rows.make[name]()
  local n = repeats(f)
  return function()
    lab.set_num_threads(threads)
    return seconds(f, n) / n / (operations or 1)
  end
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
  if name == "start-up" then return command(("'%s' -c 'import torch; print(1)'"):format(PYTHON)) end
  ask(("make %d %s"):format(threads, name))
  return function() return tonumber((ask("time"))) end
end

-- Samples of a and b in turn: their medians, and the ratios of medians and of shortest samples.
local function in_turn(a, b)
  local x, y = {}, {}
  for i = 1, ROUNDS do
    x[i] = a()
    y[i] = b and b()
  end
  table.sort(x)
  if not b then return x[(ROUNDS + 1) // 2] end
  table.sort(y)
  local mine, other = x[(ROUNDS + 1) // 2], y[(ROUNDS + 1) // 2]
  return mine, other, other / mine, y[1] / x[1]
end

-- ---- tables -------------------------------------------------------------------------------------------

local function time_text(s)
  if not s then return "" end
  if s < 1e-3 then return ("%.2f µs"):format(s * 1e6) end
  return s < 1 and ("%.2f ms"):format(s * 1e3) or ("%.2f s"):format(s)
end

local function ratio_text(r)
  return r and ("%.2f"):format(r) or ""
end

local function line(...)
  print("| " .. table.concat({ ... }, " | ") .. " |")
  io.stdout:flush()
end

local function wanted(name)
  return not ROW or name:find(ROW, 1, true) ~= nil
end

local function any_wanted(names)
  for _, name in ipairs(names) do
    if wanted(name) then return true end
  end
  return false
end

local function speed_table(names)
  print("| row | threads | moonlab | PyTorch | times faster | shortest samples | of the FMA units |")
  print("|---|---:|---:|---:|---:|---:|---:|")
  for _, name in ipairs(names) do
    local most = (name == "start-up" or name:find("a+b", 1, true)) and 1 or 2
    for threads = 1, wanted(name) and most or 0 do
      local mine, other, ratio, shortest = in_turn(here(name, threads), questions and there(name, threads))
      local n = threads == 1 and tonumber(name:match("^matmul (%d+)"))
      local share = n and GFLOPS and ("%.0f %%"):format(100 * 2 * n ^ 3 / mine / 1e9 / GFLOPS) or ""
      line(name, threads, time_text(mine), time_text(other), ratio_text(ratio), ratio_text(shortest), share)
      collectgarbage()
    end
  end
end

local function output_of(text)
  local pipe = assert(io.popen(text))
  local answer = pipe:read("a")
  pipe:close()
  return answer
end

-- The most memory of a process that trains the model a hundred steps.
local function memory_table()
  if not any_wanted(rows.models) then return end
  print("\n| peak memory | moonlab | PyTorch | times less |\n|---|---:|---:|---:|")
  for _, name in ipairs(rows.models) do
    if wanted(name) then
      local mine = tonumber(output_of(("'%s' run tests/bench/memory.lua '%s'"):format(MOONLAB, name)))
      local other = questions and tonumber(output_of(("'%s' tests/bench/torch_bench.py --memory '%s'"):format(PYTHON, name)))
      local function text(bytes) return bytes and ("%.1f MB"):format(bytes / 1e6) or "" end
      line(name, text(mine), text(other), ratio_text(other and other / mine))
    end
  end
end

-- One thread and two while another program keeps a processor busy.
local function busy_table(names)
  if not any_wanted(names) then return end
  print("\n| beside a busy program | one thread | two threads | times faster | shortest samples |\n|---|---:|---:|---:|---:|")
  local pid = output_of("sh -c 'while :; do :; done' >/dev/null 2>&1 & echo $!"):match("%d+")
  local ok, message = pcall(function()
    for _, name in ipairs(names) do
      if wanted(name) then
        local one, two, ratio, shortest = in_turn(here(name, 1), here(name, 2))
        line(name, time_text(one), time_text(two), ratio_text(1 / ratio), ratio_text(1 / shortest))
      end
    end
  end)
  os.execute("kill " .. pid)
  if not ok then error(message, 0) end
end

for text in output_of(("'%s' doctor"):format(MOONLAB)):gmatch("[^\n]+") do
  if text:find("^moonlab") or text:find("^instr") or text:find("^blas") then print((text:gsub("  +", ": ", 1)) .. "  ") end
end
if questions then print((ask("describe")) .. "  ") end
if GFLOPS then print(("FMA units of one core: %.0f GFLOP/s of float32  "):format(GFLOPS)) end
print()
local names = { "start-up", table.unpack(rows.order) }
if not any_wanted(names) and not any_wanted(plots.names) then
  error(("no row has \"%s\" in its name; there are: %s; %s; notebook; snapshots"):format(ROW, table.concat(names, "; "),
    table.concat(plots.names, "; ")), 0)
end
if any_wanted(names) then speed_table(names) end
memory_table()
busy_table { "add 1e5", "softmax 1e5", "add 1e7", "matmul 256", "matmul 1024", table.unpack(rows.models) }
if any_wanted(plots.names) then plots.table_of(PYTHON, wanted, time_text, line) end
