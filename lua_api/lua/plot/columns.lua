--- Columns of a frame by their names: plot.scatter(frame, {x="bill", y="tip", classes="sex"}).
-- @local
-- @module plot.columns

local core = require "plot.core"
local frames = require "data.frame.class"

local columns = {}

-- The options that may name columns.
local DATA = { "x", "y", "classes", "color_by", "names", "error", "xerror", "errors", "low", "high", "theta", "r" }
-- The kinds that show how one column is spread, and the axis that its values are on unless they lie.
local SPREAD = { hist = "x", density = "x", box = "y", violin = "y" }

local function is_plain(value) return type(value) == "table" and getmetatable(value) == nil end

local function is_list_of_names(value) return is_plain(value) and type(value[1]) == "string" end

-- Is it a table of options that says which columns are drawn?
local function names_columns(options)
  for _, name in ipairs(DATA) do
    if type(options[name]) == "string" and name ~= "classes" then return true end
  end
  return is_list_of_names(options.y)
end

-- The numbers of a column, or the texts of one that holds those.
local function column(op, frame, option, name)
  local all, known = frame:columns(), false
  for _, other in ipairs(all) do known = known or other == name end
  if not known then
    local near = core.nearest(name, all)
    core.fail(("%s: %s: the frame has no column '%s'%s (columns: %s)"):format(op, option, name,
      near and ("; did you mean '%s'?"):format(near) or "", table.concat(all, ", ")))
  end
  return frame:categories(name) and frame:tolist(name) or frame:column(name)
end

-- The axes are called what is on them, unless the options say more.
local function name_axes(op, given, result)
  local values_on = SPREAD[op:match "%a+$"]
  if values_on and given.y == nil then
    if given.horizontal then values_on = values_on == "x" and "y" or "x" end
    local label = values_on .. "label"
    if result[label] == nil then result[label] = given.x end
    return
  end
  for _, axis in ipairs { "x", "y" } do
    if result[axis .. "label"] == nil and type(given[axis]) == "string" then result[axis .. "label"] = given[axis] end
  end
end

local function looked_up(op, frame, given)
  local result = {}
  for key, value in pairs(given) do if key ~= 1 then result[key] = value end end
  for _, option in ipairs(DATA) do
    local value = given[option]
    if type(value) == "string" then
      result[option] = column(op, frame, option, value)
      if option == "x" and SPREAD[op:match "%a+$"] and not lab.is_tensor(result.x) then
        core.fail(('%s: column "%s" holds texts; plot.bar(frame:value_counts("%s")) counts them'):format(op, value, value))
      end
    elseif option == "y" and is_list_of_names(value) then
      local list = {}
      for i, name in ipairs(value) do list[i] = column(op, frame, option, name) end
      result.y, result.label = list, given.label or value
    end
  end
  if type(given.color_by) == "string" and result.label == nil then result.label = given.color_by end
  name_axes(op, given, result)
  return result
end

-- The arguments of a call, as given, or with what columns of a frame hold instead of the names of these.
function columns.of(op, ...)
  local first, options = ...
  local n = select("#", ...)
  if n == 1 and is_plain(first) and frames.is_frame(first[1]) then first, options, n = first[1], first, 2 end
  if op == "plot.pairs" or n ~= 2 or not frames.is_frame(first) or not is_plain(options) or not names_columns(options) then return ... end
  return looked_up(op, first, options)
end

-- All columns of numbers and what they are called.
function columns.all(op, frame)
  local list, names = {}, {}
  for _, name in ipairs(frame:columns()) do
    if not frame:categories(name) then list[#list + 1], names[#names + 1] = frame:column(name), name end
  end
  if #list == 0 then core.fail(op .. ": the frame has no column of numbers") end
  return list, names
end

return columns
