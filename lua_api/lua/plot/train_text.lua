--- What a dashboard says in words: its first line, its last, and alerts.
-- @local
-- @module plot.train_text

local console = require "lab.console"
local core = require "plot.core"
local readable = require "nn.readable"

local track = core.track

local text = {}

local BARS = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }

local function clock_time(seconds)
  seconds = math.floor(seconds + 0.5)
  if seconds < 3600 then return ("%02d:%02d"):format(seconds // 60, seconds % 60) end
  return ("%d:%02d:%02d"):format(seconds // 3600, seconds // 60 % 60, seconds % 60)
end

-- Three digits and a prefix: 48.1k.
function text.short(value)
  for _, unit in ipairs { { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" } } do
    if value >= unit[1] then return ("%.3g"):format(value / unit[1]) .. unit[2] end
  end
  return ("%.3g"):format(value)
end

-- Characters of rising height, one for each value; "" for fewer than two.
function text.spark(values)
  local low, high, marks = math.huge, -math.huge, {}
  for _, v in ipairs(values) do if v == v then low, high = math.min(low, v), math.max(high, v) end end
  if #values < 2 or low > high then return "" end
  for i, v in ipairs(values) do
    local part = high - low > 0.01 * math.abs(high) and (v - low) / (high - low) or 0.3 -- all but equal: a level line
    marks[i] = v ~= v and " " or BARS[math.min(math.floor(part * 8) + 1, 8)]
  end
  return table.concat(marks)
end

-- Seconds that a step takes: the median of the last ones, or, where now and then one takes longer (the first of an
-- epoch), the mean.  nil: not known.
function text.step_time(run)
  local time, mean = track.facts(run.recorder, true), track.times(run.recorder)
  if not time or not time.median then return nil end
  return math.max(time.median, mean or 0)
end

-- Seconds that are left: the steps and the validations, at what they took.  nil: not known.
function text.remaining(run)
  local step = text.step_time(run)
  if not run.total or not step then return nil end
  local steps, done, seconds = run.total - run.step, track.validations(run.recorder)
  local left = math.max(steps, 0) * step
  if done > 0 then
    local every = run.step / done
    left = left + math.max(math.floor(run.total / every + 0.5) - done, 0) * seconds / done
  end
  return left
end

-- The parts of the first line in their order; with the number that says which go first for want of room.
local function header_parts(run)
  local parts = {}
  local function add(rank, value) if value then parts[#parts + 1] = { rank, value } end end
  local elapsed = (run.last_time or run.clock()) - run.began
  add(2, run.title)
  add(9, run.parameters and readable.count(run.parameters) .. " parameters")
  add(3, run.per_epoch and ("epoch %d/%d"):format(run:_epoch(), run.epochs))
  add(4, run.total and ("step %d/%d"):format(run.step, run.total) or ("step %d"):format(run.step))
  add(5, clock_time(elapsed))
  local left = not run.ended and text.remaining(run)
  add(1, left and left > 0 and "ETA " .. clock_time(left))
  local median = text.step_time(run)
  if median and median > 0 then
    add(6, run.batch and text.short(run.batch / median) .. "/s" or text.short(1 / median) .. " steps/s")
    local _, _, unicode = console.terminal()
    local line = unicode and text.spark(track.averages(run.recorder, true, 10)) or ""
    add(7, text.short(median * 1000) .. " ms/step" .. (line ~= "" and " " .. line or ""))
  end
  local memory = run.memory and run.memory() or 0
  add(8, memory > 0 and (readable.bytes(memory):gsub("%.%d+ ", " ")))
  return parts
end

-- The first line for so many columns: title, rest.
function text.header(run, columns)
  local parts, room = header_parts(run), columns - 1
  local by_rank, kept = table.move(parts, 1, #parts, 1, {}), {}
  table.sort(by_rank, function(a, b) return a[1] < b[1] end)
  for _, part in ipairs(by_rank) do
    local width = console.columns(part[2]) + 3
    if width <= room + 3 then
      room = room - width
      kept[part] = true
    elseif part[2] == run.title then
      kept[part] = true -- it is cut
      room = 0
    end
  end
  local line, title = {}, ""
  for _, part in ipairs(parts) do
    if kept[part] and part[2] == run.title then title = part[2]
    elseif kept[part] then line[#line + 1] = part[2] end
  end
  return title, table.concat(line, "   ")
end

-- ---- alerts -----------------------------------------------------------------------------------------

local function at(run, step)
  if run.per_epoch then return ("epoch %d"):format((step - 1) // run.per_epoch + 1) end
  return ("step %d"):format(step)
end

-- What is wrong with what was logged, the gravest first: a list of sentences.
function text.alerts(run)
  local list, loss = {}, track.facts(run.recorder, "loss")
  local function add(format, ...) list[#list + 1] = format:format(...) end
  for _, name in ipairs { "loss", "grad_norm", "val_loss" } do
    local facts = track.facts(run.recorder, name)
    if facts and facts.bad > 0 then
      add("%s was not finite%s in step %d", (name:gsub("_", " ")),
        facts.bad == 1 and "" or (" %d times, first"):format(facts.bad), facts.first_bad)
    end
  end
  if not loss or not loss.average then return list end
  local start = loss.early_average
  if start and loss.n > 20 and start > 0 and loss.average > 1.5 * start then
    add("the loss is above that of the start: the learning rate may be too high")
  end
  local best, last = run.best, run.last_validation
  if best and last and last.number - best.number >= 2 and last.value > best.value + 0.01 * math.abs(best.value)
    and best.train and loss.average < best.train then
    add("overfitting since %s", at(run, best.place))
  end
  local lowest = loss.lowest_average_place
  if lowest and not run.ended and loss.n - lowest > math.max(300, 0.3 * loss.n) and #list == 0 then
    add("plateau: no lower since step %d", lowest)
  end
  if loss.spikes > 0 and loss.n - loss.spike_place < math.max(50, 0.02 * loss.n) then
    add("spike in step %d: %s, usual %s%s", loss.spike_place, text.short(loss.spike_value), text.short(loss.spike_median),
      loss.spikes > 1 and (" (%d spikes)"):format(loss.spikes) or "")
  end
  return list
end

local ORDER = { loss = 1, val_loss = 2, grad_norm = 4, lr = 5 }
local SKIP = { loss = true, lr = true, grad_norm = true }

-- The values reached, in a fixed width each.
function text.values(run)
  local names, parts = track.names(run.recorder), {}
  local list = {}
  for name, number in pairs(names) do list[#list + 1] = { name, number } end
  table.sort(list, function(a, b)
    local first, second = ORDER[a[1]] or 3, ORDER[b[1]] or 3
    if first ~= second then return first < second end
    return a[1]:gsub("^val_", "") .. a[1] < b[1]:gsub("^val_", "") .. b[1]
  end)
  for _, entry in ipairs(list) do
    local name = entry[1]
    local facts = track.facts(run.recorder, name)
    local value = name:find("^val_") and facts.last or (SKIP[name] and name ~= "loss" and facts.last or facts.average)
    if value then parts[#parts + 1] = ("%s %s"):format(name:gsub("_", " "), readable.number(value)) end
  end
  return table.concat(parts, "   ")
end

-- After a validation: how far each of its values is from that of the training, and where that goes.
function text.note_gaps(run, values)
  for name in pairs(values) do
    local train, val = track.facts(run.recorder, name), track.facts(run.recorder, "val_" .. name)
    if train and train.average and val and val.last then
      local gap, before = val.last - train.average, run.gaps[name]
      local change, small = before and gap - before.gap or 0, 0.02 * math.abs(gap)
      run.gaps[name] = { gap = gap,
        arrow = not before and "" or change > small and " ↗" or change < -small and " ↘" or " →" }
    end
  end
end

-- The gap in words, nil if it is not known.
function text.gap(run, name)
  local gap = run.gaps[name]
  return gap and ("gap %+.3g%s"):format(gap.gap, gap.arrow)
end

return text
