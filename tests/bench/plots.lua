-- The table of plots: from the numbers to the text, here and, on the same numbers in the same run, in gnuplot's dumb
-- terminal, plotext and uniplot, as far as they are installed.  A sample repeats the drawing for SAMPLE seconds, of gnuplot in
-- one process, less the time of one that draws nothing (it reads the numbers from a file in the page cache); of the
-- Python libraries it is one call (plots.py).  Without colours here.
local ROUNDS, SAMPLE = 5, 0.1

local order = {
  { "line 1e4, 160x40", 160, 40, 1, 1e4 },
  { "3 lines 1e4, 100x30", 100, 30, 3, 1e4 },
  { "line 1e5, 160x40", 160, 40, 1, 1e5 },
  { "line 1e7, 160x40", 160, 40, 1, 1e7 },
}

local function output_of(text)
  local pipe = assert(io.popen(text .. " 2>/dev/null"))
  local answer = pipe:read("a")
  pipe:close()
  return answer
end

local function seconds(f)
  local start = lab.clock()
  f()
  return lab.clock() - start
end

local function gnuplot_of(cols, rows, count, n, file)
  local draw = {}
  for k = 1, count do
    draw[k] = ("'%s' binary format='%%float32' array=(%d) skip=%d with lines notitle"):format(file, n, 4 * n * (k - 1))
  end
  local set = ("set terminal dumb %d %d"):format(cols, rows)
  local function run(what) return seconds(function() assert(os.execute("gnuplot -e \"" .. what .. "\" >/dev/null")) end) end
  local plots = "plot " .. table.concat(draw, ", ")
  local times = math.max(1, math.ceil(SAMPLE / math.max(run(set .. ";" .. plots) - run(set), 5e-4)))
  return function()
    local empty = run(set)
    return (run(("%s; do for [i=1:%d] { %s }"):format(set, times, plots)) - empty) / times
  end
end

-- One sample of ours.
local function ours_of(series, cols, rows)
  local function draw() plot.line(#series == 1 and series[1] or series):text { cols = cols, rows = rows } end
  local times = math.max(1, math.ceil(SAMPLE / seconds(draw)))
  return function() return seconds(function() for _ = 1, times do draw() end end) / times end
end

-- The numbers of a row, which are also written to the file.
local function numbers(count, n, file)
  lab.manual_seed(1)
  local all = lab.randn(count, n):cumsum(2)
  local f = assert(io.open(file, "wb"))
  local series = {}
  for k = 1, count do
    series[k] = all[k]:contiguous()
    for from = 1, n, 1 << 16 do
      local part = series[k][{ { from, math.min(from + (1 << 16) - 1, n) } }]:tolist()
      f:write(string.pack("<" .. ("f"):rep(#part), table.unpack(part)))
    end
  end
  f:close()
  return series
end

-- python: "" for none.  wanted(name) says whether the row is.  Gives rows of times: name, ours, {library = seconds}.
local function table_of(python, wanted, time_text, line)
  local libraries = {}
  if output_of("gnuplot --version"):find("gnuplot") then libraries[1] = "gnuplot" end
  for _, name in ipairs { "plotext", "uniplot" } do
    if python ~= "" and output_of(("'%s' tests/bench/plots.py %s"):format(python, name)) ~= "" then
      libraries[#libraries + 1] = name
    end
  end
  print("\n| plot | moonlab | " .. table.concat(libraries, " | times | ") .. (#libraries > 0 and " | times |" or ""))
  print("|---|---:|" .. ("---:|---:|"):rep(#libraries))
  local file = os.tmpname()
  for _, row in ipairs(order) do
    local name, cols, rows, count, n = table.unpack(row)
    if wanted(name) then
      local series = numbers(count, n, file)
      local ours, theirs, draw = {}, {}, ours_of(series, cols, rows)
      local gnuplot = libraries[1] == "gnuplot" and gnuplot_of(cols, rows, count, n, file)
      for i = 1, ROUNDS do
        ours[i] = draw()
        for _, library in ipairs(libraries) do
          local times = theirs[library] or {}
          theirs[library] = times
          if library == "gnuplot" then times[i] = gnuplot()
          elseif (library == "uniplot" or n <= 1e5) and (i == 1 or (times[1] or 0) < 5) then -- plotext: minutes for 1e7
            times[#times + 1] = tonumber(output_of(("'%s' tests/bench/plots.py %s %d %d %d '%s'"):format(python, library,
              cols, rows, count, file)))
          end
        end
      end
      local function median(times)
        table.sort(times)
        return times[(#times + 1) // 2]
      end
      local mine, cells = median(ours), { name, time_text(median(ours)) }
      for _, library in ipairs(libraries) do
        local other = median(theirs[library])
        cells[#cells + 1] = time_text(other)
        cells[#cells + 1] = other and ("%.0f"):format(other / mine) or ""
      end
      line(table.unpack(cells))
    end
  end
  os.remove(file)
end

local names = {}
for i, row in ipairs(order) do names[i] = row[1] end
return { names = names, table_of = table_of }
