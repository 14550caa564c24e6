--- Where a live figure is shown: how often it is drawn, and that it is finished when the run ends.
--
-- On a terminal there are at most PER_SECOND frames a second, and a frame is followed by SHARE times as long without
-- one, so that drawing takes half a hundredth of the time; a frame is left out while the terminal is busy.  Elsewhere only
-- the last figure is printed.
-- @local
-- @module plot.stage

local core = require "plot.core"

local screens = core.screens

local PER_SECOND, SHARE = 20, 200

local Stage = {}
Stage.__index = Stage

local open = {} -- what is to be finished when the run ends, in order

local function finish_all()
  local list = table.move(open, 1, #open, 1, {})
  open = {}
  for _, owner in ipairs(list) do pcall(owner.done, owner) end
end
screens.at_end(finish_all)

-- Of an owner with a method done; SHOWN: false if nothing is to be shown.
local function new(owner, clock, shown)
  return setmetatable({ owner = owner, clock = clock, hidden = shown == false, due = -math.huge, screen = nil, isopen = false }, Stage)
end

-- Something is to be shown.
function Stage:begin()
  if self.isopen or self.hidden then return end
  self.isopen = true
  open[#open + 1] = self.owner
  screens.unfinished()
end

-- Draws the figure that make(columns, rows) gives, if it is time to (or NOW); returns when the next frame is due and
-- how long this took.
function Stage:frame(make, now)
  local began = self.clock()
  local terminal, columns, rows = screens.terminal()
  if not terminal or self.hidden then
    self.due = math.huge
    return self.due, 0
  end
  self.screen = self.screen or screens.screen()
  local figure, height = make(columns, rows)
  local sent = screens.frame(figure, self.screen, height, now == true)
  local ended = self.clock()
  self.due = ended + math.max(1 / PER_SECOND, sent and SHARE * (ended - began) or 0)
  self.sent = sent or self.sent
  return self.due, ended - began
end

-- The last figure, which stays.
function Stage:finish(make)
  if not self.isopen then return end
  self.isopen = false
  for i = #open, 1, -1 do if open[i] == self.owner then table.remove(open, i) end end
  local terminal, columns = screens.terminal()
  if terminal then
    self:frame(make, true)
    screens.leave(self.screen)
  else
    local figure, height = make(columns, 25)
    core.show(figure, { rows = height })
  end
  self.due = -math.huge
end

return new
