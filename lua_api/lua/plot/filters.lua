--- The weights of convolutions as pictures.
-- @module plot.filters

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local MAPS = { "viridis", "magma", "gray", "rdbu" }
local MOST, MOST_CHANNELS, USUAL_COLUMNS = 64, 8, 8

-- The convolution's weights (O, I, H, W), also of a layer that has them.
local function weights_of(op, w)
  if type(w) == "table" and lab.is_tensor(w.weight) then w = w.weight end
  w = values.tensor(op, "w", w, "weights (O, I, H, W) or (O, H, W), or a layer that has them")
  if w:dim() == 3 then w = w:unsqueeze(2) end
  if w:dim() ~= 4 then
    call.fail("%s: w should be weights (O, I, H, W) or (O, H, W), got %s", op, core.describe(w))
  end
  if w:numel() == 0 then call.fail("%s: w is empty: there is nothing to draw", op) end
  return w
end

-- The pictures in their order, and how many stand beside each other.
local function pictures_of(op, w, rgb)
  local pictures, out, channels = {}, w:size(1), w:size(2)
  local beside = (rgb or channels == 1) and 1 or math.min(channels, MOST_CHANNELS)
  for o = 1, out do
    if #pictures + beside > MOST then break end
    if rgb then
      pictures[#pictures + 1] = values.picture(op, "w", w:select(1, o))
    else
      for i = 1, beside do pictures[#pictures + 1] = values.picture(op, "w", w:select(1, o):select(1, i)) end
    end
  end
  return pictures, beside > 1 and beside or nil
end

-- What is left out, for the title; nil if nothing is.
local function left_out(w, shown, beside)
  local out, channels = w:size(1), w:size(2)
  local filters = shown // (beside or 1)
  local words = {}
  if filters < out then words[1] = ("%d of %s filters"):format(filters, values.grouped(out)) end
  if beside and beside < channels then words[#words + 1] = ("%d of %s channels"):format(beside, values.grouped(channels)) end
  return words[1] and table.concat(words, ", ")
end

--- The weights of a convolution as pictures: plot.filters(w), plot.filters(layer).
--
-- All have one range of colors with 0 in its middle: red is below, blue above.  Filters of one channel
-- stand in a grid; filters of several one below the other, their channels beside each other (the
-- first 8).  At most 64 pictures are shown.
-- @param w weights (O, I, H, W) or (O, H, W), or a layer whose field `weight` they are
-- @tparam[opt] table options
-- rgb=true: weights of 3 channels as colored pictures, from the smallest, black, to the
-- greatest; cols: so many filters of one channel beside each other; map="rdbu", or
-- "viridis", "magma" or "gray"; title
-- @treturn plot.Figure a panel for each picture
-- @see plot.images
-- @example plot.filters(lab.randn(8, 1, 5, 5), {title="first layer"})
-- @example plot.filters(lab.randn(8, 3, 7, 7), {rgb=true})
-- @example plot.filters(lab.randn(10, 20)) --> error: (O, I, H, W)
function plot.filters(...)
  local op, figure = "plot.filters", core.new()
  local args, set, s = call.take(op, { "w" }, { "cols", "map", "rgb" }, ...)
  if args.w == nil then call.fail("%s: no data: give weights w", op) end
  local w, rgb = weights_of(op, args.w), settings.boolean(op, "rgb", args.rgb)
  if rgb and w:size(2) ~= 3 then
    call.fail("%s: rgb=true is for weights of 3 channels, got %s", op, core.describe(w))
  end
  local pictures, cols = pictures_of(op, w, rgb)
  local low, high = values.ends(pictures)
  local map = settings.choice(op, "map", args.map, MAPS) or "rdbu"
  cols = cols or call.integer(op, "cols", args.cols, 1, 32) or USUAL_COLUMNS
  cols = math.min(cols, #pictures)
  if not rgb and map == "rdbu" then
    high = math.max(math.abs(low), math.abs(high))
    low = -high
  end
  core.panels(figure, (#pictures + cols - 1) // cols, cols, values.grid(#pictures, cols))
  for i, picture in ipairs(pictures) do values.draw(core.panel(figure, i), picture, low, high, map) end
  local note = left_out(w, #pictures, not rgb and w:size(2) > 1 and cols or nil)
  if note then core.title(figure, s.title and ("%s: %s"):format(s.title, note) or note) end
  if note then s.title = nil end
  return set(figure)
end
