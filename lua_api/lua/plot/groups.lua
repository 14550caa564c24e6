--- The groups of values that one call compares: a matrix's columns, a list of lists, values with their classes.
-- @local
-- @module plot.groups

local call = require "plot.call"
local core = require "plot.core"
local frames = require "data.frame.class"
local settings = require "plot.settings"

local MOST = 60 -- of classes

local groups = {}

-- Does a list hold lists or tensors, not numbers?  Tensors of one element are numbers.
local function holds_lists(value)
  local first = call.is_plain(value) and value[1]
  if lab.is_tensor(first) then return first:numel() ~= 1 end
  return type(first) == "table"
end

local function is_text(value) return type(value) == "string" end

local function of_frame(op, frame)
  local list = {}
  for _, name in ipairs(frame:columns()) do
    local column = frame:column(name)
    if not frame:categories(name) then list[#list + 1] = { values = core.numbers(column, op), label = name } end
  end
  if #list == 0 then call.fail("%s: the frame has no column of numbers", op) end
  return list
end

local function of_list(op, name, value)
  local list = {}
  for i, item in ipairs(value) do
    list[i] = { values = call.numbers(op, ("%s[%d]"):format(name, i), item) }
  end
  return list
end

local function of_columns(op, name, value)
  local all, list, columns = call.numbers(op, name, value), {}, value:size(2)
  for j = 1, columns do list[j] = { values = core.column(all, columns, j) } end
  return list
end

local function is_missing(value) return value ~= value end

local function has_text(list)
  for _, value in ipairs(list) do if is_text(value) then return true end end
  return false
end

-- Classes as numbers from 1, and what they are called: from numbers, or from a list of strings.  NaN is missing.
local function coded(op, name, value)
  if is_text(value) then
    call.fail('%s: %s is a string; the name of a column stands beside its frame: plot.scatter(frame, {x="…", y="…", %s="%s"})', op,
      name, name, value)
  end
  if call.is_plain(value) and has_text(value) then
    local names, code, codes = {}, {}, {}
    for _, text in ipairs(value) do
      if not is_text(text) and not is_missing(text) then call.fail("%s: %s mixes strings and other values", op, name) end
      if is_text(text) and not code[text] then
        code[text] = true
        names[#names + 1] = text
      end
    end
    table.sort(names)
    for i, text in ipairs(names) do code[text] = i end
    for i, text in ipairs(value) do codes[i] = code[text] or 0 / 0 end
    return core.numbers(codes, op), names
  end
  return call.numbers(op, name, value), nil
end

-- The values of each class, at most `most` (60): a list of {values=, label=, class=}, by rising classes.  Values whose
-- class is missing (NaN) belong to none.
function groups.by_class(op, values, name, classes, most)
  most = most or MOST
  local by, names = coded(op, name, classes)
  if #by ~= #values then
    call.fail("%s: %d values and %d %s; both must be as many", op, #values, #by, name)
  end
  local found, list = core.classes(by, most), {}
  if not found then call.fail("%s: %s has more than %d different values; it should hold classes", op, name, most) end
  if #found == 0 then call.fail("%s: %s: every one is missing (NaN)", op, name) end
  for i, class in ipairs(found) do
    list[i] = { values = core.of_class(values, by, class), class = class,
      label = names and names[math.tointeger(class)] or settings.number_text(class) }
  end
  return list
end

-- The groups in a value: a frame (its columns), a list of lists or tensors, or, if columns is true, a matrix;
-- everything else is one group.  With classes it is split by those.  labels, a string or a list, name them.
-- Gives a list of {values= (numbers), label= (or nil)}.
function groups.read(op, name, value, options)
  local list
  if value == nil then call.fail("%s: no data: give %s", op, name) end
  if frames.is_frame(value) then
    list = of_frame(op, value)
  elseif options.classes ~= nil then
    list = groups.by_class(op, call.numbers(op, name, value), "classes", options.classes)
  elseif holds_lists(value) then
    list = of_list(op, name, value)
  elseif options.columns and lab.is_tensor(value) and value:dim() == 2 and value:size(2) > 1 then
    list = of_columns(op, name, value)
  else
    list = { { values = call.numbers(op, name, value) } }
  end
  local labels = options.labels
  if labels ~= nil and type(labels) ~= "table" then labels = { settings.text(op, "label", labels) } end
  labels = call.strings(op, "label", labels)
  if labels and #labels ~= #list then
    call.fail("%s: label names %d series; there are %d", op, #labels, #list)
  end
  for i, group in ipairs(list) do group.label = labels and labels[i] or group.label end
  return list
end

-- The option of series i: its own from a list, or one for all.
function groups.option(value, i)
  if call.is_plain(value) then return value[i] end
  return value
end

-- The names of all, numbers where they have none.
function groups.names(list)
  local names = {}
  for i, group in ipairs(list) do names[i] = group.label or tostring(i) end
  return names
end

-- Names the groups, if they have names, along the axis on which they stand.
function groups.name_axis(target, list, args, across)
  local named = args.label or args.classes or list[1].label
  call.names(target, across and "y" or "x", named and groups.names(list) or nil, #list)
end

return groups
