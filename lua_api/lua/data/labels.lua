-- labels.lua: the labels of samples as numbers of classes, for what splits data by them.

local check = require "data.check"

-- The classes of n labels (a tensor or a list), numbered from 1 in the order of their appearance: the class of each
-- sample, how many samples each class has, the label of each class.  Messages call the function op and the labels what.
local function number(op, what, labels, n)
  if type(labels) ~= "table" and not lab.is_tensor(labels) then
    check.fail("%s: %s should be a tensor or a list of labels, got %s", op, what, type(labels))
  end
  if #labels ~= n then check.fail("%s: %s has %d labels for %d samples", op, what, #labels, n) end
  if lab.is_tensor(labels) then labels = labels:flatten():tolist() end
  local class, counts, classes, names = {}, {}, {}, {}
  for i = 1, n do
    local label = labels[i]
    if label ~= label then check.fail("%s: %s: label %d is missing (nan)", op, what, i) end
    if not class[label] then
      counts[#counts + 1], names[#names + 1] = 0, label
      class[label] = #counts
    end
    classes[i] = class[label]
    counts[classes[i]] = counts[classes[i]] + 1
  end
  return classes, counts, names
end

return { number = number }
