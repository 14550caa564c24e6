--- Batches of a data set.
-- @module data.loader

local check = require "data.check"
local files = require "lab.files"
local prefetch = require "data.prefetch"
local shown = require("nn.options").shown

local Loader = { __name = "DataLoader" }
Loader.__index = Loader

-- One column of a batch from the samples' values: tensors are stacked, numbers become a tensor (int64 if all are
-- integers), anything else stays a list.
local function join(values)
  local kind, whole = lab.is_tensor(values[1]) and "tensor" or type(values[1]), true
  for _, value in ipairs(values) do
    if (lab.is_tensor(value) and "tensor" or type(value)) ~= kind then return values end
    whole = whole and math.type(value) == "integer"
  end
  if kind == "tensor" then return lab.stack(values, 1) end
  if kind == "number" then return lab.tensor(values, { dtype = whole and "int64" or "float32" }) end
  if kind == "boolean" then return lab.tensor(values, { dtype = "bool" }) end
  return values
end

-- The default of the option collate: samples, each packed with its n, to the values of a batch.
local function collate(samples)
  local columns = {}
  for k = 1, samples[1].n do
    local values = {}
    for i, sample in ipairs(samples) do values[i] = sample[k] end
    columns[k] = join(values)
  end
  return table.unpack(columns, 1, samples[1].n)
end

-- The batch of `count` samples from place `first` of the order (nil: as they stand).
function Loader:gather(order, first, count)
  local set = self.dataset
  if set.batch and not self.collate then
    if order then return set:batch(order:narrow(1, first, count)) end
    if set.range then return set:range(first, count) end
    return set:batch(lab.arange(first, first + count, { dtype = "int64" }))
  end
  local places, samples = order and order:narrow(1, first, count):tolist(), {}
  for i = 1, count do samples[i] = table.pack(set:get(places and places[i] or first + i - 1)) end
  return (self.collate or collate)(samples)
end

-- An iterator in C, whose batches the threads, if there are any, gather ahead; nil if the samples are not rows of
-- tensors.
function Loader:ahead(order)
  if self.collate or not self.dataset.rows then return nil end
  local tensors, places = self.dataset:rows(order)
  return prefetch(tensors, places, { batch_size = self.batch_size, drop_last = self.drop_last,
    workers = self.num_workers, depth = self.num_workers * self.prefetch_factor })
end

--- One epoch as an iterator: each call gives the next batch, then nil.  Every epoch is shuffled anew.
-- @treturn function that gives the next batch each time it is called
-- @example local next_batch = data.DataLoader(data.TensorDataset(lab.zeros(5, 2)), {batch_size=4}):iter(); #next_batch(), #next_batch(), (next_batch()) --> 4 1 nil
-- @function DataLoader:iter
function Loader:iter()
  local n, size, batches, k = self.dataset:len(), self.batch_size, #self, 0
  self.epoch = self.epoch + 1
  local order = nil
  if self.shuffle then
    order = self.seed and files.shuffled(n, self.seed, self.epoch) or lab.randperm(n)
  end
  return self:ahead(order) or function()
    if k == batches then return nil end
    k = k + 1
    local first = (k - 1) * size + 1
    return self:gather(order, first, math.min(size, n - first + 1))
  end
end

function Loader:__len()
  local n = self.dataset:len()
  return self.drop_last and n // self.batch_size or (n + self.batch_size - 1) // self.batch_size
end

-- Remembers by a batch's first value which iterator goes on after it: loops over one loader may be nested.
local function keep(self, iterator, first, ...)
  if type(first) == "userdata" or type(first) == "table" then self.after[first] = iterator
  elseif first ~= nil then self.latest = iterator end
  return first, ...
end

-- `for x, y in loader do` calls loader(nil, the last x), and begins with nil.
function Loader:__call(_, last)
  local iterator
  if last == nil then iterator = self:iter()
  else iterator = self.after[last] or self.latest end
  return keep(self, iterator, iterator())
end

-- Also 1e3, which Lua takes for a float.
local function count_of(name, value, least)
  local n = type(value) == "number" and math.tointeger(value)
  if not n or n < least then
    error(("data.DataLoader: %s should be a whole number from %d, got %s"):format(name, least, shown(value)), 3)
  end
  return n
end

--- Batches of a data set: `for x, y in loader do`; `#loader` is the number of batches; `loader:iter()` is one epoch.
-- The batches of a TensorDataset are tensors (batch_size, …); other data sets' samples are stacked.
--
-- With `num_workers`, threads gather the next batches of a TensorDataset (or of parts of one) while the present one is
-- trained on; what comes, and its order, is the same to the bit.  Batches below 32 KB are not worth a thread, and are
-- gathered when they are asked for.  A data set whose `get` is a Lua function, and a `collate`, run in the calling
-- thread, as Lua has only one.
-- @tparam Dataset set with `len` and `get`, and maybe `batch(places)`
-- @tparam[opt] table options `batch_size`=1; `shuffle`=false: a new random order for each epoch, from the session's
--   generator or from `seed`; `drop_last`=false: leave out a last batch that is smaller; `collate`: a function from a
--   list of samples (each from table.pack) to a batch;
--   `num_workers`=0 threads; `prefetch_factor`=2: batches that each of them gathers ahead
-- @treturn DataLoader
-- @raise something that is not a data set; a batch_size that is not a whole number from 1
-- @example #data.DataLoader(data.TensorDataset(lab.zeros(10, 2)), {batch_size=4}) --> 3
local function DataLoader(set, options)
  options = check.options("data.DataLoader", options, { "batch_size", "shuffle", "drop_last", "seed", "collate",
    "num_workers", "prefetch_factor" })
  if type(set) ~= "table" or type(set.len) ~= "function" or type(set.get) ~= "function" then
    error("data.DataLoader: a data set expected, with len() and get(i); data.TensorDataset(x, y) makes one", 2)
  end
  local size = count_of("batch_size", options.batch_size or 1, 1)
  if options.seed ~= nil and math.type(options.seed) ~= "integer" then
    error("data.DataLoader: seed should be a whole number", 2)
  end
  for _, name in ipairs { "shuffle", "drop_last" } do
    if options[name] ~= nil and type(options[name]) ~= "boolean" then
      error(("data.DataLoader: %s should be true or false, got %s"):format(name, shown(options[name])), 2)
    end
  end
  local workers = count_of("num_workers", options.num_workers or 0, 0)
  local factor = count_of("prefetch_factor", options.prefetch_factor or 2, 1)
  return setmetatable({
    dataset = set, batch_size = size, shuffle = options.shuffle or false, drop_last = options.drop_last or false,
    seed = options.seed, collate = options.collate, num_workers = workers, prefetch_factor = factor,
    epoch = 0, after = setmetatable({}, { __mode = "k" }),
  }, Loader)
end

return DataLoader
