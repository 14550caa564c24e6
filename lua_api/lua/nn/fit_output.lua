--- What fit prints.
--
-- verbose=2, or anywhere but on a terminal: a line for each epoch, without times, the same in every run.  On a terminal
-- (verbose=1) a bar is drawn in place and a finished epoch leaves a line with its time.  Many short epochs would fill the
-- screen: above MANY epochs only the first, the last and those whose number is a multiple of a round one leave a line, about
-- ten in all, and on a terminal also those that took a second or more; the bar is then one for the whole run.
-- @module nn.fit_output
-- @local

local console = require "lab.console"
local progress = require "nn.progress"
local readable = require "nn.readable"
local shown = require("nn.options").shown

local MANY = 20

local Output = {}
Output.__index = Output

-- 1, 2, 5, 10, 20, 50 …: the least that gives ten lines or fewer.
local function round_step(n)
  local step = 1
  while true do
    for _, factor in ipairs { 1, 2, 5 } do
      if n <= 10 * step * factor then return step * factor end
    end
    step = step * 10
  end
end

local function epoch_text(self, epoch)
  local last = tostring(self.last)
  return ("epoch %" .. #last .. "d/%s"):format(epoch, last)
end

-- The line of an epoch on a terminal: what is too wide goes closer together, then loses its time, then its end.
local function fitted(self, epoch, logs, seconds)
  local _, columns = console.terminal()
  local values, time = readable.values(logs, self.names), ("%5s"):format(readable.seconds(seconds))
  local line = epoch_text(self, epoch) .. "  " .. time .. "  " .. values
  if console.columns(line) <= columns then return line end
  values = values:gsub("  ", " ")
  line = epoch_text(self, epoch) .. " " .. time .. " " .. values
  if console.columns(line) > columns then line = epoch_text(self, epoch) .. " " .. values end
  return console.cut(line, columns)
end

local function put_line(self, epoch, logs, seconds)
  if self.terminal then
    print(fitted(self, epoch, logs, seconds))
  else
    print(epoch_text(self, epoch) .. "  " .. readable.values(logs, self.names))
  end
  self.printed = epoch
end

function Output:begin()
  if self.bar and self.whole then self.bar:begin() end
end

function Output:epoch_begin(epoch)
  self.epoch, self.started = epoch, lab.clock()
  local bar = self.bar
  if not bar then return end
  bar.desc, bar.note = epoch_text(self, epoch), nil
  if not self.whole then bar:begin() end
end

--- A batch has been trained on.
function Output:step(step, logs)
  local bar = self.bar
  bar.shown = self.whole and self.pending and self.pending[2] or logs -- short epochs: what the last one reached
  bar:step(self.whole and (self.epoch - self.first) * self.steps + step or step)
end

--- A batch has been validated on.
function Output:validated()
  local bar = self.bar
  if not bar then return end
  bar.note = "validating"
  bar:step(bar.done)
end

function Output:epoch_end(epoch, logs)
  local seconds = lab.clock() - self.started
  self.pending = { epoch, logs, seconds }
  if self.every == 1 or epoch == self.first or epoch % self.every == 0 or (self.terminal and self.bar and seconds >= 1) then
    put_line(self, epoch, logs, seconds)
  end
end

--- The last epoch has its line, too.
function Output:finish()
  if self.pending and self.printed ~= self.pending[1] then put_line(self, table.unpack(self.pending)) end
  if self.bar then console.erase() end
end

local function level(verbose)
  if verbose == nil or verbose == true or verbose == "auto" then return 1 end
  if verbose == false then return 0 end
  if verbose ~= 0 and verbose ~= 1 and verbose ~= 2 then
    error(("fit: verbose=%s: it is 0 (nothing), 1 (progress) or 2 (a line for each epoch)"):format(shown(verbose)), 4)
  end
  return verbose
end

--- The output of a run; nil if it is silent.
-- @param verbose as given to fit
-- @tparam integer first number of the first epoch
-- @tparam integer last number of the last
-- @tparam integer steps of an epoch
-- @tparam {string,...} names of what is shown, in order
local function new(verbose, first, last, steps, names)
  verbose = level(verbose)
  if verbose == 0 or last < first then return nil end
  local terminal, count = console.terminal(), last - first + 1
  local self = setmetatable({ first = first, last = last, steps = steps, names = names, terminal = terminal,
    every = verbose == 2 and 1 or count <= MANY and 1 or round_step(count), whole = count > MANY }, Output)
  if verbose == 1 and terminal then
    self.bar = progress.by_hand { names = names, total = self.whole and count * steps or steps, hide_count = self.whole }
  end
  return self
end

return new
