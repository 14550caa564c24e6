--- Attention maps.
-- @module plot.attention

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local Figure = core.Figure
local OPTIONS = { "tokens", "keys", "map", "range", "cols", "bar" }
local MAPS = { "viridis", "magma", "gray" }
local MOST, SHAPES = 16, "(T, S) or (heads, T, S)"

-- The maps as (heads, T, S).
local function maps_of(op, a)
  if a == nil then call.fail("%s: no data: give a map of shape %s", op, SHAPES) end
  local t = values.tensor(op, "a", a, "a tensor of shape " .. SHAPES)
  if t:dim() == 4 and t:size(1) == 1 then t = t:squeeze(1) end
  if t:dim() == 2 then t = t:unsqueeze(1) end
  if t:dim() ~= 3 then call.fail("%s: a should have the shape %s, got %s", op, SHAPES, core.describe(a)) end
  if t:numel() == 0 then call.fail("%s: a is empty: there is nothing to draw", op) end
  return t
end

-- Names for the rows or columns, one for each.
local function tokens_of(op, name, value, count)
  local list = call.strings(op, name, value)
  if list and #list ~= count then
    call.fail("%s: %s has %d words for the %d %s", op, name, #list, count,
      name == "keys" and "columns" or "rows")
  end
  return list
end

local function read(op, ...)
  local args, set, s = call.take(op, { "a", "tokens" }, OPTIONS, ...)
  local t = maps_of(op, args.a)
  local queries, keys = t:size(2), t:size(3)
  local range = args.range ~= nil and { settings.range(op, "range", args.range) } or nil
  if range and not (range[1] and range[2]) then call.fail("%s: range should be {low, high}", op) end
  local read = { op = op, t = t, set = set, settings = s, map = settings.choice(op, "map", args.map, MAPS) or "viridis",
    range = range, bar = settings.boolean(op, "bar", args.bar), cols = call.integer(op, "cols", args.cols, 1, MOST),
    rows_by = tokens_of(op, "tokens", args.tokens, queries) }
  read.columns_by = tokens_of(op, "keys", args.keys, keys) or (keys == queries and read.rows_by) or nil
  return read
end

local function draw_head(target, read, head, range, bar)
  local t = read.t:select(1, head)
  core.image(target, { z = core.numbers(t, read.op), rows = t:size(1), cols = t:size(2), map = read.map, range = range,
    bar = bar })
  if read.columns_by then core.names(target, "x", read.columns_by) end
  if read.rows_by then core.names(target, "y", read.rows_by) end
  if read.settings.yreverse == nil then core.reverse(target, "y", true) end
end

--- Where a model looks: plot.attention(a, tokens).
--
-- Rows are the places that look (queries), columns those that are looked at (keys).  The heads
-- of (heads, T, S) stand beside each other, in one range of colors; the first 16 are shown.
-- @tparam tensor a weights (T, S) or (heads, T, S)
-- @param[opt] tokens a list of T words, for the rows, and for the columns if there are as many
-- @tparam[opt] table options
-- keys: a list of S words for the columns; range: {low, high} (0 to the greatest weight);
-- map="viridis", or "magma" or "gray"; cols: so many heads beside each other; bar=false:
-- without the bar that explains the colors of one map; title and the others of plot.figure
-- @treturn plot.Figure a panel for each head
-- @see plot.heatmap
-- @example plot.attention(lab.randn(4, 4):softmax(2), {"the", "cat", "sat", "."})
-- @example plot.attention(lab.randn(2, 6, 6):softmax(3), {title="layer 1"})
-- @example plot.attention(lab.ones(4)) --> error: (heads, T, S)
function plot.attention(...)
  local figure, read = core.new(), read("plot.attention", ...)
  local heads = read.t:size(1)
  local shown = math.min(heads, MOST)
  local top = core.summary(core.numbers(read.t, read.op))
  local high = top.count > 0 and top.high > 0 and top.high or 1
  local range = read.range or { math.min(0, top.count > 0 and top.low or 0), high }
  if heads == 1 then
    draw_head(figure, read, 1, range, read.bar ~= false)
    return read.set(figure)
  end
  local cols = math.min(read.cols or (shown <= 4 and shown or 4), shown)
  core.panels(figure, (shown + cols - 1) // cols, cols, values.grid(shown, cols))
  for head = 1, shown do
    local panel = core.panel(figure, head)
    core.title(panel, ("head %d"):format(head))
    draw_head(panel, read, head, range, read.bar == true)
  end
  if shown < heads and not read.settings.title then core.title(figure, ("%d of %d heads"):format(shown, heads)) end
  return read.set(figure)
end

--- Adds the attention map of one head; the arguments are those of plot.attention.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.attention
-- @example plot.figure{title="layer 1"}:attention(lab.randn(4, 4):softmax(2))
function Figure:attention(...)
  local read = read("attention", ...)
  if read.t:size(1) > 1 then
    call.fail("attention: a has %d heads; one panel shows one: give a:select(1, head)", read.t:size(1))
  end
  draw_head(self, read, 1, read.range, read.bar ~= false)
  return read.set(self)
end
