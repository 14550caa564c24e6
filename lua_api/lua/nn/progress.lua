--- Progress bars for loops.
--
-- On a terminal a line is drawn again at most ten times a second, and never wider than the window; other output
-- takes its place and it comes back below.  Elsewhere nothing is drawn: one plain line, without times, tells the end, so
-- that the output of two runs is the same.
-- @module nn.progress

local console = require "lab.console"
local readable = require "nn.readable"
local read_options = require("nn.options").read

local clock = lab.clock
local EVERY = 0.1 -- seconds between two drawings
local SMOOTHING = 0.3 -- of the rate, as tqdm's
local LEAST, MOST = 8, 30 -- columns of the bar itself

local Bar = {}
Bar.__index = Bar
Bar.__name = "progress bar"

-- ---- drawing ----------------------------------------------------------------------------------------

local function strip(part, columns, utf8_shown)
  local full, empty = utf8_shown and "━" or "=", utf8_shown and "─" or "."
  local n = math.floor(part * columns + 1e-9)
  return full:rep(n) .. empty:rep(columns - n)
end

local function rate_text(rate, unit)
  if rate >= 10 then return ("%.0f %s/s"):format(rate, unit) end
  if rate >= 1 then return ("%.1f %s/s"):format(rate, unit) end
  return ("%.1f s/%s"):format(1 / rate, unit)
end

-- What stands after the bar: percent, rate, the time that is left (or that it took), values.  `less`: how much is left out.
local function details(self, done, now, less)
  local parts, elapsed = {}, now - self.started
  if self.total and less < 2 then parts[1] = ("%3d %%"):format(self.total == 0 and 100 or 100 * done // self.total) end
  if self.rate and less < 1 then parts[#parts + 1] = rate_text(self.rate, self.unit) end
  if self.ended then
    parts[#parts + 1] = readable.seconds(elapsed)
  elseif self.total and self.rate then
    parts[#parts + 1] = "ETA " .. readable.seconds((self.total - done) / self.rate)
  end
  if self.note then parts[#parts + 1] = self.note end
  local values = self:values_text()
  if values ~= "" then parts[#parts + 1] = values end
  return table.concat(parts, "  ")
end

local function head(self, done)
  local count = self.total and ("%d/%d"):format(done, self.total) or ("%d %s"):format(done, self.unit)
  if self.hide_count then return self.desc end
  return self.desc == "" and count or self.desc .. "  " .. count
end

-- The line of the bar, as wide as the terminal at most: for want of room first the rate and then the percent give way.
local function line(self, done, now)
  local _, columns, utf8_shown = console.terminal()
  local left = head(self, done)
  if not self.total then return left .. "  " .. details(self, done, now, 0) end
  local right, room
  for less = 0, 2 do
    right = details(self, done, now, less)
    room = columns - 3 - console.columns(left) - console.columns(right) - 4
    if room >= LEAST then break end
  end
  if room < LEAST then return left .. "  " .. right end
  return left .. "  " .. strip(self.total == 0 and 1 or done / self.total, math.min(room, MOST), utf8_shown) .. "  " .. right
end

local function measure_rate(self, now)
  local steps, time = self.done - self.measured, now - self.measured_at
  if steps <= 0 or time <= 0 then return end
  local rate = steps / time
  self.rate = self.rate and SMOOTHING * rate + (1 - SMOOTHING) * self.rate or rate
  self.measured, self.measured_at = self.done, now
end

local function draw(self, now)
  measure_rate(self, now)
  self.drawn = now
  console.redraw(line(self, self.done, now))
end

function Bar:values_text()
  if not self.shown then return "" end
  return readable.values(self.shown, self.names or self:sorted_names())
end

function Bar:sorted_names()
  local names = {}
  for name in pairs(self.shown) do names[#names + 1] = tostring(name) end
  table.sort(names, function(a, b) -- the loss first
    if (a == "loss") ~= (b == "loss") then return a == "loss" end
    return a < b
  end)
  return names
end

-- ---- the object -------------------------------------------------------------------------------------

--- Sets what stands behind the bar.
-- @tparam table values name → number, or tensor of one, which is read only when the bar is drawn; the loss stands first, the
--   others in the order of their names
-- @treturn Bar itself
-- @raise something else than a table
-- @see nn.progress
-- @example nn.progress(3, {leave=false}):update{loss=0.5} ~= nil --> true
function Bar:update(values)
  if type(values) ~= "table" then error("progress: update takes a table, such as bar:update{loss=loss}", 2) end
  self.shown = values
  return self
end

-- `done` steps have been made; the line is drawn if it is time to.
function Bar:step(done)
  self.done = done
  if not self.draws then return end
  local now = clock()
  if now - self.drawn >= EVERY then draw(self, now) end
end

function Bar.__tostring(self)
  return ("progress bar: %d%s %s done"):format(self.done or 0, self.total and " of " .. self.total or "", self.unit)
end

-- Begins, or begins anew.
function Bar:begin()
  self.done, self.measured, self.ended, self.open = 0, 0, false, true
  self.started = clock()
  self.drawn, self.measured_at, self.rate = self.started, self.started, nil
end

-- Ends: the line stays, with the time it took, or goes away (leave=false).
function Bar:close()
  if not self.open then return end
  self.open, self.ended = false, true
  if not self.leave then
    if self.draws then console.erase() end
  elseif self.draws then
    local now, _, columns = clock(), console.terminal()
    self.rate = self.done > 0 and now > self.started and self.done / (now - self.started) or nil
    print(console.cut(line(self, self.done, now), columns))
  else
    local values = self:values_text()
    print(head(self, self.done) .. (values ~= "" and "  " .. values or ""))
  end
end

local function advance(self, first, ...)
  if first == nil then
    self:step(self.taken)
    self:close()
    self.iterator = nil
    return nil
  end
  self:step(self.taken)
  self.taken = self.taken + 1
  return first, ...
end

function Bar.__call(self, _, control)
  if not self.iterator then
    self:begin()
    self.taken = 0
    self.iterator = self.make()
  end
  return advance(self, self.iterator(control))
end

-- What is gone through: an iterator's maker, and how many steps there will be (or nil).
local function walk(over)
  if math.type(over) == "integer" and over >= 0 then
    return function()
      local i = 0
      return function()
        i = i + 1
        return i <= over and i or nil
      end
    end, over
  end
  if type(over) == "function" then return function() return over end, nil end
  if type(over) == "table" and type(over.iter) == "function" then return function() return over:iter() end, #over end
  if type(over) == "table" then
    return function()
      local i = 0
      return function()
        i = i + 1
        if over[i] ~= nil then return i, over[i] end
      end
    end, #over
  end
  error(("progress: a DataLoader, a number, a list or an iterator is needed, got %s"):format(type(over)), 3)
end

local known = {
  { "desc", "", kind = "string" }, { "total", nil, kind = "size" }, { "unit", "it", kind = "string" },
  { "leave", true, kind = "boolean" },
}

--- A progress bar around what a loop goes through: `for x, y in nn.progress(loader) do … end`.
--
--     local bar = nn.progress(loader, {desc="epoch 1"})
--     for x, y in bar do
--       …
--       bar:update{loss=loss}
--     end
--
-- On a terminal it shows how much is done, the rate, the time that is left and the values it was given, and at the end
-- the time it took.  Elsewhere only a line at the end: what, how many, the values.  A loop that is left by break or an error
-- ends the bar, too.
-- @param over a DataLoader, a number n (1 to n), a list (its positions and values) or an iterator function
-- @tparam[opt] table options desc="": what stands in front; total: how many there are, where the iterator does not say;
--   unit="it"; leave=true: does the line stay?
-- @treturn Bar to be called by for; bar:update{name=value} sets what is shown
-- @raise something that cannot be gone through
-- @function nn.progress
-- @example local n = 0; for i in nn.progress(10, {leave=false}) do n = n + i end; n --> 55
local function progress(over, options)
  local o = options == nil and read_options("progress", known) or read_options("progress", known, options)
  local make, total = walk(over)
  local bar = setmetatable({ make = make, total = o.total or total, unit = o.unit, leave = o.leave,
    desc = console.cut(o.desc, 60), draws = (console.terminal()) }, Bar)
  return bar, nil, nil, console.guard(function() bar:close() end)
end

-- A bar that is moved by hand, for fit: bar:begin(), bar:step(done), bar:close().
local function by_hand(fields)
  fields.draws = (console.terminal())
  fields.unit = fields.unit or "it"
  fields.desc = fields.desc or ""
  return setmetatable(fields, Bar)
end

return { progress = progress, by_hand = by_hand }
