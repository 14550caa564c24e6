--- Series of points: x and y, several of them in a list or a matrix.
-- @local
-- @module plot.series

local call = require "plot.call"
local core = require "plot.core"
local groups = require "plot.groups"
local settings = require "plot.settings"

local series = {}

-- The series of args.x and args.y, the only one of which may stand as x: a list of {x= (or nil), y=, label=,
-- color=}, with the options label and color of each.
function series.read(op, args)
  local given_x, given_y = args.x, args.y
  if given_y == nil then given_x, given_y = nil, given_x end
  local matrix = lab.is_tensor(given_y) and given_y:dim() == 2 and given_y:size(1) > 1
  local x = given_x ~= nil and call.numbers(op, "x", given_x) or nil
  local columns = matrix and (not x or #x == given_y:size(1) and #x ~= given_y:numel())
  local list = groups.read(op, "y", given_y, { columns = columns, labels = args.label })
  local result = {}
  for i, group in ipairs(list) do
    if x and #x ~= #group.values then
      call.fail("%s: x has %d values and y %d; both must have as many", op, #x, #group.values)
    end
    result[i] = { x = x, y = group.values, label = group.label, color = call.color(op, groups.option(args.color, i)) }
  end
  return result
end

return series
