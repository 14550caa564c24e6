--- Rules, spans and notes: what explains a panel.
-- @module plot.notes

local call = require "plot.call"
local core = require "plot.core"
local habits = require "plot.habits"
local settings = require "plot.settings"

local Figure = core.Figure
local ALIGN = { left = -1, center = 0, right = 1 }

-- The axis and the value of {x=} or {y=}, of which just one is given.
local function side(op, options)
  local x, y = options.x, options.y
  if (x == nil) == (y == nil) then call.fail("%s: either x= or y= expected", op) end
  settings.choice(op, "axis", options.axis, { "left", "right" })
  if x ~= nil then return "x", x, "x" end
  return options.axis == "right" and "right" or "y", y, "y"
end

local function options_of(op, options, names)
  if not call.is_plain(options) then
    call.fail("%s: a table of options expected, got %s", op, core.describe(options))
  end
  habits.options(op, options, names)
  return { text = type(options.label) ~= "table" and settings.text(op, "label", options.label) or nil,
    labels = type(options.label) == "table" and call.strings(op, "label", options.label) or {},
    color = call.color(op, options.color) }
end

local function list_of(value)
  if type(value) == "table" then return value end
  if lab.is_tensor(value) and value:numel() ~= 1 then return value:flatten():tolist() end
  return { value }
end

--- A line across the whole panel: f:rule{x=…}, f:rule{y=…}.
-- @tparam table options
-- x or y: its place, or a list of them; the axes make room for it;
-- label: what stands beside it (of several: a list);
-- color: 1 to 8, or a name; without it that of the axes;
-- axis="right": y is a value of the right axis
-- @treturn plot.Figure the figure
-- @example plot.line({3, 1, 2}):rule{x=2, label="best"}:rule{y=1.5}
function Figure:rule(options)
  local op, note = "rule", options_of("rule", options, { "x", "y", "label", "color", "axis" })
  local axis, value, name = side(op, options)
  for i, place in ipairs(list_of(value)) do
    local at = call.number(op, name, place)
    core.note(self, { kind = "rule", axis = axis, at = at, text = note.text or note.labels[i], color = note.color })
  end
  return self
end

--- A stripe across the whole panel: f:span{x={a, b}}, f:span{y={a, b}}.
-- @tparam table options
-- x or y: {low, high}; the axes make room for them;
-- label: what stands beside it; color: 1 to 8, or a name; axis="right"
-- @treturn plot.Figure the figure
-- @example plot.line({3, 1, 2, 2}):span{x={2, 3}, label="warm-up"}
function Figure:span(options)
  local op, note = "span", options_of("span", options, { "x", "y", "label", "color", "axis" })
  local axis, value, name = side(op, options)
  if lab.is_tensor(value) then value = value:flatten():tolist() end
  local low, high = settings.range(op, name, value)
  if not (low and high) then call.fail("%s: %s should be {low, high}", op, name) end
  core.note(self, { kind = "span", axis = axis, at = low, to = high, text = note.text or note.labels[1], color = note.color })
  return self
end

--- A text at a place: f:note(x, y, text).
-- @tparam number x
-- @tparam number y the axes make no room for it
-- @tparam string text \n begins a new line
-- @tparam[opt] table options
-- align: "center", or "left" and "right": the text begins, or ends, at the place;
-- marker: a character at the place itself, the text beside it;
-- color: 1 to 8, or a name
-- @treturn plot.Figure the figure
-- @example plot.line({3, 1, 2}):note(2, 1, "lowest", {marker="★"})
function Figure:note(x, y, text, options)
  local op = "note"
  options = options or {}
  if not call.is_plain(options) then
    call.fail("%s: x, y, a text and a table of options expected, got %s", op, core.describe(options))
  end
  habits.options(op, options, { "align", "marker", "color" })
  if x == nil or y == nil then call.fail("%s: x, y and a text expected, got %s", op, x == nil and "no x" or "no y") end
  text = settings.text(op, "text", text)
  if not text and options.marker == nil then call.fail("%s: the third argument, the text, is missing", op) end
  settings.choice(op, "align", options.align, { "left", "center", "right" })
  core.note(self, { kind = "note", at = call.number(op, "x", x), to = call.number(op, "y", y), text = text,
    align = ALIGN[options.align or "center"], marker = call.marker(op, options.marker),
    color = call.color(op, options.color) })
  return self
end
