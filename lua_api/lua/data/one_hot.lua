--- Class labels as rows of 0 and 1.
-- @module data.one_hot

local check = require "data.check"

--- Labels as float32 rows with 1 at the place of their class: targets of a mean squared error, or input of a network.
-- `lab.one_hot` is the same as int64.
-- @param labels classes from 1: an int64 tensor of any shape or a list
-- @tparam[opt] integer num_classes the largest label without it
-- @treturn tensor float32 (…, num_classes)
-- @example data.one_hot({2, 1}, 3) --> [[0, 1, 0], [1, 0, 0]]
local function one_hot(labels, num_classes)
  if type(labels) == "table" then labels = lab.tensor(labels, { dtype = "int64" }) end
  if not lab.is_tensor(labels) then
    check.fail("data.one_hot: labels from 1 expected, a tensor or a list, got %s", type(labels))
  end
  return lab.one_hot(labels:to("int64"), num_classes):to("float32")
end

return one_hot
