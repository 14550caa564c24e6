--- Data sets: anything with `len()` and `get(i)`, where i counts from 1.
-- @module data.dataset

local dataset = {}

-- i as a position from 1; negative ones count from the end.
local function position(set, i)
  local n = set:len()
  if i == 0 then error("dataset: index 0: positions count from 1", 3) end
  if i > n or i < -n then error(("dataset: index %d: there are %d samples"):format(i, n), 3) end
  return i > 0 and i or n + 1 + i
end

-- A metatable with set[i] and #set beside the methods of `class`.
local function finish(class)
  class.__len = function(set) return set:len() end
  class.__index = function(set, key)
    if math.type(key) ~= "integer" then return class[key] end
    return set:get(position(set, key))
  end
  return class
end

local Plain = finish { __name = "Dataset" }

--- A data set from two functions: `#set` calls len, `set[i]` and a loader call get.
-- @tparam table methods `len(self)`: how many samples; `get(self, i)`: sample i, one or more tensors or numbers;
--   any other fields are kept
-- @treturn Dataset the same table
-- @raise a table without the functions
-- @function data.Dataset
-- @example #data.Dataset{ len = function() return 3 end, get = function(self, i) return i * i end } --> 3
function dataset.Dataset(methods)
  if type(methods) ~= "table" or type(methods.len) ~= "function" or type(methods.get) ~= "function" then
    error("data.Dataset: a table with the functions len and get expected", 2)
  end
  return setmetatable(methods, Plain)
end

local Tensors = finish { __name = "TensorDataset" }

--- How many samples there are; `#set` says the same.
-- @treturn int
-- @function Dataset:len
-- @example data.TensorDataset(lab.zeros(5, 2)):len() --> 5
function Tensors:len() return #self.tensors[1] end

--- One sample; `set[i]` says the same, and takes negative positions.
-- @tparam int i counted from 1
-- @treturn any,... the values of the sample: of a TensorDataset, row i of every tensor
-- @function Dataset:get
-- @example data.TensorDataset(lab.tensor{5, 7}):get(2) --> 7.0
function Tensors:get(i)
  local sample = {}
  for k, tensor in ipairs(self.tensors) do sample[k] = tensor[i] end
  return table.unpack(sample)
end

--- Several samples at once, as tensors: what a loader calls where a data set has it.
-- @tparam tensor places int64 (n), counted from 1
-- @treturn tensor,... (n, …), one for each tensor of the data set
-- @function Dataset:batch
-- @example data.TensorDataset(lab.tensor{5, 6, 7}):batch(lab.tensor({3, 1}, {dtype="int64"})) --> [7, 5]
function Tensors:batch(places)
  local batch = {}
  for k, tensor in ipairs(self.tensors) do batch[k] = tensor:index_select(1, places) end
  return table.unpack(batch)
end

-- The `count` samples from `first` on; copies, so that a batch can be changed in place.
function Tensors:range(first, count)
  local batch = {}
  for k, tensor in ipairs(self.tensors) do batch[k] = tensor:narrow(1, first, count):clone() end
  return table.unpack(batch)
end

-- The tensors whose rows at the places (nil: all) are the samples: a loader's threads read them.
function Tensors:rows(places) return self.tensors, places end

--- A data set of tensors of the same first size N: sample i is their i-th rows.
-- @tparam tensor ... each (N, …): inputs, targets, …
-- @treturn Dataset with field `tensors`
-- @raise different first sizes; anything but tensors
-- @function data.TensorDataset
-- @example select(2, data.TensorDataset(lab.zeros(2, 3), lab.tensor{5, 7}):get(2)) --> 7.0
function dataset.TensorDataset(...)
  local tensors = { ... }
  if #tensors == 0 then error("data.TensorDataset: at least one tensor expected", 2) end
  for k, tensor in ipairs(tensors) do
    if not lab.is_tensor(tensor) then
      error(("data.TensorDataset: argument %d: a tensor expected, got %s"):format(k, type(tensor)), 2)
    end
    if tensor:dim() == 0 then error(("data.TensorDataset: argument %d has no dimensions"):format(k), 2) end
    if #tensor ~= #tensors[1] then
      error(("data.TensorDataset: argument %d has %d rows, the first has %d"):format(k, #tensor, #tensors[1]), 2)
    end
  end
  return setmetatable({ tensors = tensors }, Tensors)
end

local Part = finish { __name = "Subset" }

function Part:len() return #self.indices end

function Part:get(i) return self.dataset:get(self.indices[i]) end

--- Some samples of a data set, in the given order.
-- @tparam Dataset set with `len` and `get`
-- @tparam tensor|table indices positions from 1: an int64 tensor (n) or a list
-- @treturn Dataset with fields `dataset` and `indices`
-- @raise indices of more than one dimension
-- @function data.Subset
-- @example data.Subset(data.TensorDataset(lab.tensor{5, 6, 7}), {3, 1}):get(1) --> 7.0
function dataset.Subset(set, indices)
  if not lab.is_tensor(indices) then indices = lab.tensor(indices, { dtype = "int64" }) end
  if indices:dim() ~= 1 then error("data.Subset: indices should have 1 dimension", 2) end
  local part = setmetatable({ dataset = set, indices = indices }, Part)
  if set.batch then
    function part:batch(places) return set:batch(indices:index_select(1, places)) end
    if set.rows then
      local from_one = lab.where(indices:lt(0), indices + (set:len() + 1), indices)
      function part:rows(places) return set:rows(places and from_one:index_select(1, places) or from_one) end
    end
    function part:range(first, count) return set:batch(indices:narrow(1, first, count)) end
  end
  return part
end

return dataset
