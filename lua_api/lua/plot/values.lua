--- Data of models: pictures, classes, scores.
-- @local
-- @module plot.values

local call = require "plot.call"
local core = require "plot.core"

local values = {}

-- A tensor in the CPU's memory, also of a nested list of numbers.
function values.tensor(op, name, value, what)
  if call.is_plain(value) then
    local ok, tensor = pcall(lab.tensor, value, { dtype = "float64" })
    if ok then value = tensor end
  end
  if not lab.is_tensor(value) then
    call.fail("%s: %s should be %s, got %s", op, name, what, core.describe(value))
  end
  return value:detach():to "cpu"
end

-- Whole numbers of a tensor or list (bool: 0 and 1), count of them unless that is nil.
function values.classes(op, name, value, count)
  local numbers = call.numbers(op, name, value)
  if count and #numbers ~= count then
    call.fail("%s: %s has %d classes for %d samples; both must be as many", op, name, #numbers, count)
  end
  local list = {}
  for i = 1, #numbers do
    list[i] = math.tointeger(numbers[i])
    if not list[i] then
      call.fail("%s: %s[%d] is %g; classes are whole numbers (of scores give scores:argmax(2))", op, name, i, numbers[i])
    end
  end
  return list
end

-- The different ones of a list of whole numbers, rising.
function values.different(list)
  local seen, found = {}, {}
  for _, class in ipairs(list) do
    if not seen[class] then found[#found + 1] = class end
    seen[class] = true
  end
  table.sort(found)
  return found
end

-- What a class is called: names count from 1, or from 0 if classes do.
function values.name_of(op, names, class, base)
  if not names then return tostring(class) end
  local name = names[class - base + 1]
  if not name then call.fail("%s: there is a class %d, but names has %d", op, class, #names) end
  return name
end

-- The places, from 1, of a list at which it has a value, as an index tensor.
function values.places(list, value)
  local places = {}
  for i = 1, #list do if list[i] == value then places[#places + 1] = i end end
  return lab.tensor(places, { dtype = "int64" })
end

-- 1234567 as 1,234,567.
function values.grouped(n)
  local text = ("%d"):format(n)
  repeat
    local count
    text, count = text:gsub("^(%d+)(%d%d%d)", "%1,%2")
  until count == 0
  return text
end

-- The numbers of panels in rows of so many columns; 0 where none is.
function values.grid(count, cols)
  local places = {}
  for i = 1, (count + cols - 1) // cols * cols do places[i] = i <= count and i or 0 end
  return places
end

-- ---- pictures ----------------------------------------------------------------------------------

local SHAPES = "(H, W), (1, H, W), (3, H, W) or (H, W, 3)"

-- The numbers of a picture: {rows=, cols=, colors= three a dot, last= beside each other, tensor=}.
function values.picture(op, name, value)
  local t = values.tensor(op, name, value, "a tensor of shape " .. SHAPES)
  local shape = t
  if t:dim() == 4 and t:size(1) == 1 then t = t:squeeze(1) end
  if t:dim() == 3 and t:size(1) == 1 then t = t:squeeze(1) end
  if t:dim() == 3 and t:size(3) == 1 and t:size(1) ~= 3 then t = t:squeeze(3) end
  local colors = t:dim() == 3 and (t:size(1) == 3 or t:size(3) == 3)
  if t:dim() ~= 2 and not colors then
    call.fail("%s: %s should have the shape %s, got %s", op, name, SHAPES, core.describe(shape))
  end
  if t:numel() == 0 then call.fail("%s: %s is empty: there is nothing to draw", op, name) end
  local last = colors and t:size(1) ~= 3
  local first = (colors and not last) and 2 or 1
  return { rows = t:size(first), cols = t:size(first + 1), colors = colors, last = last, tensor = t }
end

local WHOLE = { uint8 = true, int8 = true, int16 = true, int32 = true, int64 = true }

-- The smallest and the greatest number of all of these pictures; 0 and 1 if none is finite.
function values.ends(pictures)
  local low, high = math.huge, -math.huge
  for _, p in ipairs(pictures) do
    p.numbers = core.numbers(p.tensor, "plot")
    local s = core.summary(p.numbers)
    if s.count > 0 then low, high = math.min(low, s.low), math.max(high, s.high) end
  end
  if low > high then return 0, 1 end
  return low, high
end

-- What is black and what white for all of these pictures: 0 and 255 of bytes, 0 and 1 of fractions, else their ends.
function values.brightness(pictures)
  local low, high = values.ends(pictures)
  local whole = true
  for _, p in ipairs(pictures) do whole = whole and WHOLE[p.tensor.dtype] end
  if low >= 0 and high <= 1 then return 0, 1 end
  if whole and low >= 0 and high <= 255 then return 0, 255 end
  if low == high then return low - 1, high + 1 end
  return low, high
end

-- Puts a picture on a panel without axes: gray, or in the colors of `map` if it has one channel.
function values.draw(panel, p, low, high, map, center)
  local image = { rows = p.rows, cols = p.cols, map = map or "gray", center = center }
  if p.colors then
    image.rgb = core.pixels(p.numbers, p.rows * p.cols, p.last, low, high)
  else
    image.z, image.range = p.numbers, { low, high }
  end
  core.image(panel, image)
  core.reverse(panel, "y", true)
  core.equal(panel, true)
  core.axes(panel, false)
end

return values
