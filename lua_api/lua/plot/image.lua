--- Pictures.
-- @module plot.image

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local Figure = core.Figure
local MAPS = { "viridis", "magma", "gray", "rdbu" }
local LABELS = { "titles", "pred", "names" }
local MOST = 64

-- The ends of brightness that were asked for, nil if none were.
local function range_of(op, range)
  if range == nil then return nil end
  local low, high = settings.range(op, "range", range)
  if not (low and high) then call.fail("%s: range should be {black, white}", op) end
  return low, high
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "x" }, { "map", "range" }, ...)
  if args.x == nil then call.fail("%s: no data: give a picture x", op) end
  local picture = values.picture(op, "x", args.x)
  local map, low, high = settings.choice(op, "map", args.map, MAPS), range_of(op, args.range)
  local first, last = values.brightness { picture }
  values.draw(target, picture, low or first, high or last, map)
  return set(target)
end

--- A picture: plot.image(x), plot.image{x, range=, map=, …}.
--
-- x has the shape (H, W), (1, H, W) for gray ones, (3, H, W) or (H, W, 3) for colors.  0 to
-- 255 are black to white in bytes and other whole numbers, 0 to 1 in fractions; if
-- numbers lie outside, their smallest is black and their greatest white.  Pictures are magnified by
-- whole numbers; where a dot covers several pixels it shows their mean.
-- @tparam tensor x the picture; a list of rows is one, too
-- @tparam[opt] table options
-- range: {black, white}; map: "viridis", "magma", "gray" or "rdbu", for the numbers of one
-- channel; axes=true: with pixels counted from 1; equal=false: fills the panel;
-- title and the others of plot.figure
-- @treturn plot.Figure
-- @see plot.images, plot.heatmap
-- @example plot.image(lab.rand(3, 8, 8), {title="noise"})
-- @example plot.image({{0, 1}, {1, 0}})
-- @example plot.image(lab.zeros(2, 8, 8)) --> error: (3, H, W)
function plot.image(...) return draw(core.new(), "plot.image", ...) end

--- Adds a picture; the arguments are those of plot.image.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.image
-- @example plot.figure{cols=2}:panel(2):image(lab.rand(8, 8))
function Figure:image(...) return draw(self, "image", ...) end

-- ---- many --------------------------------------------------------------------------------------

-- The pictures of a batch or a list.
local function batch_of(op, x)
  local pictures, list = {}, x
  if lab.is_tensor(x) then
    if x:dim() < 3 or x:dim() > 4 then
      call.fail("%s: x should be a batch (N, C, H, W), (N, H, W, 3) or (N, H, W), or a list of pictures, got %s", op,
        core.describe(x))
    end
    list = setmetatable({}, { __index = function(_, i) return x:select(1, i) end, __len = function() return x:size(1) end })
  elseif not call.is_plain(x) then
    call.fail("%s: x should be a batch (N, C, H, W) or a list of pictures, got %s", op, core.describe(x))
  end
  if #list == 0 then call.fail("%s: x is empty: there is nothing to draw", op) end
  for i = 1, math.min(#list, MOST) do pictures[i] = values.picture(op, ("x[%d]"):format(i), list[i]) end
  return pictures, #list
end

-- Strings for the pictures: a list of strings, or classes by their names; nil stays nil.
local function words_of(op, name, value, names, count)
  if value == nil then return nil end
  if lab.is_tensor(value) and value:dim() == 2 and value:size(2) > 1 then value = value:argmax(2) end
  if call.is_plain(value) and type(value[1]) == "string" then
    if #value ~= count then call.fail("%s: %s has %d strings for %d pictures", op, name, #value, count) end
    return call.strings(op, name, value)
  end
  local classes, words = values.classes(op, name, value, count), {}
  local base = math.min(1, table.unpack(values.different(classes), 1, 1))
  for i, class in ipairs(classes) do words[i] = values.name_of(op, names, class, base) end
  return words
end

-- Titles of what the pictures are, of what they are taken for, or of both, with a sign and a color.
local function put_title(panel, title, pred)
  local word, color = pred or title, 0
  if title and pred then
    color = title == pred and 3 or 6
    word = title == pred and "✓ " .. pred or ("✗ %s (%s)"):format(pred, title)
  end
  core.title(panel, word)
  core.title_color(panel, color)
end

-- So many beside each other that rows are full, if they can be.
local function columns_for(count)
  if count <= 4 then return count end
  if count > 20 then return 8 end
  for cols = 5, 3, -1 do if count % cols == 0 then return cols end end
  return 5
end

--- Many pictures: plot.images(x), plot.images(x, {titles=, pred=, names=, cols=}).
--
-- x is a batch (N, C, H, W), (N, H, W, 3) or (N, H, W), or a list of pictures as plot.image takes them; the first 64 are
-- shown, in one range of brightness.
-- @param x the pictures
-- @tparam[opt] table options
-- titles: what each is: strings, or classes (from 1, or from 0 if one is 0), which
-- names, a list, gives names to;
-- pred: what a model takes each for: the same, or scores (N, classes).  Beside titles
-- right ones get a ✓, others a ✗ and in parentheses what they are;
-- cols: so many pictures beside each other; range and map as of plot.image; title
-- @treturn plot.Figure a panel for each picture
-- @see plot.image, plot.filters
-- @example plot.images(lab.rand(8, 1, 12, 12), {titles={1, 2, 1, 2, 1, 2, 1, 2}, names={"cat", "dog"}})
-- @example plot.images(lab.rand(2, 3, 8, 8), {titles={"cat", "dog"}, pred={"cat", "cat"}})
function plot.images(...)
  local op, figure = "plot.images", core.new()
  local args, set, s = call.take(op, { "x" }, { "titles", "pred", "names", "cols", "map", "range" }, ...)
  if args.x == nil then call.fail("%s: no data: give pictures x", op) end
  local pictures, count = batch_of(op, args.x)
  local names = call.strings(op, "names", args.names)
  local words = {}
  for _, name in ipairs(LABELS) do
    if name ~= "names" then words[name] = words_of(op, name, args[name], names, count) end
  end
  local map, low, high = settings.choice(op, "map", args.map, MAPS), range_of(op, args.range)
  local first, last = values.brightness(pictures)
  local cols = call.integer(op, "cols", args.cols, 1, 32) or columns_for(#pictures)
  cols = math.min(cols, #pictures)
  core.panels(figure, (#pictures + cols - 1) // cols, cols, values.grid(#pictures, cols))
  for i, picture in ipairs(pictures) do
    local panel = core.panel(figure, i)
    values.draw(panel, picture, low or first, high or last, map)
    if words.titles or words.pred then put_title(panel, words.titles and words.titles[i], words.pred and words.pred[i]) end
  end
  if count > #pictures and not s.title then core.title(figure, ("%d of %s"):format(#pictures, values.grouped(count))) end
  return set(figure)
end
