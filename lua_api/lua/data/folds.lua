--- Cross-validation: every sample is held out once.
-- @module data.folds

local check = require "data.check"
local files = require "lab.files"
local labels = require "data.labels"
local shown = require("nn.options").shown
local fail = check.fail

local function options_of(op, options)
  options = check.options(op, options, { "n_splits", "shuffle", "seed" }, 4)
  local n = options.n_splits or 5
  if math.type(n) ~= "integer" or n < 2 then fail("%s: n_splits should be a whole number from 2, got %s", op, shown(n)) end
  if options.seed ~= nil and math.type(options.seed) ~= "integer" then fail("%s: seed should be a whole number", op) end
  if options.seed and not options.shuffle then fail("%s: seed has no effect without shuffle = true", op) end
  return { n_splits = n, shuffle = options.shuffle or false, seed = options.seed }
end

local function count_of(op, folds, x)
  local n = math.type(x) == "integer" and x or (lab.is_tensor(x) or type(x) == "table") and #x
  if not n then fail("%s:split: data of some samples, or their number, expected, got %s", op, type(x)) end
  if n < folds.n_splits then fail("%s:split: %d folds of %d samples", op, folds.n_splits, n) end
  return n
end

-- 1 … n, shuffled if that is wanted; stream tells the permutations of one seed apart.
local function order_of(folds, n, stream)
  if not folds.shuffle then return lab.arange(1, n + 1, { dtype = "int64" }):tolist() end
  return (folds.seed and files.shuffled(n, folds.seed, stream) or lab.randperm(n)):tolist()
end

-- The iterator over the folds from the number of the fold in which each sample is held out.
local function iterate(fold_of, n_splits)
  local places, k = lab.tensor(fold_of, { dtype = "int64" }), 0
  return function()
    if k == n_splits then return nil end
    k = k + 1
    local held_out = places:eq(k)
    return (~held_out):nonzero():flatten(), held_out:nonzero():flatten()
  end
end

local KFold = { __name = "KFold" }
KFold.__index = KFold

--- The places of each fold's training and test samples, in rising order.
-- @tparam table x the data: a tensor, a list, a frame, a data set, or only the number of samples
-- @treturn function an iterator that gives two int64 tensors
-- @example select(2, data.KFold({n_splits=2}):split(5)()) --> [1, 2, 3]
function KFold:split(x)
  local n, fold_of, at = count_of("data.KFold", self, x), {}, 0
  local order = order_of(self, n, 0)
  for k = 1, self.n_splits do
    for _ = 1, n // self.n_splits + (k <= n % self.n_splits and 1 or 0) do
      at = at + 1
      fold_of[order[at]] = k
    end
  end
  return iterate(fold_of, self.n_splits)
end

local Stratified = { __name = "StratifiedKFold" }
Stratified.__index = Stratified

-- share[fold][class]: scikit-learn's rule, the sorted labels dealt out to the folds in turn.
local function deal(counts, n_splits)
  local share, at = {}, 0
  for k = 1, n_splits do share[k] = {} end
  for class, count in ipairs(counts) do
    for k = 1, n_splits do share[k][class] = 0 end
    for _ = 1, count do
      local k = at % n_splits + 1
      share[k][class] = share[k][class] + 1
      at = at + 1
    end
  end
  return share
end

--- The places of each fold's training and test samples, in rising order.
-- @tparam table x the data, as for data.KFold
-- @param y the samples' labels, a tensor or a list
-- @treturn function an iterator that gives two int64 tensors
-- @example select(2, data.StratifiedKFold({n_splits=2}):split(4, {"a", "a", "b", "b"})()) --> [1, 3]
function Stratified:split(x, y)
  local op = "data.StratifiedKFold"
  local n = count_of(op, self, x)
  local classes, counts, names = labels.number(op .. ":split", "y", y, n)
  for class, count in ipairs(counts) do
    if count < self.n_splits then
      fail("%s:split: class %s has only %d of the %d members that as many folds need", op, tostring(names[class]), count,
        self.n_splits)
    end
  end
  local share, folds, seen, fold_of = deal(counts, self.n_splits), {}, {}, {}
  for class, count in ipairs(counts) do -- the folds of the class's samples, one after another
    local list, order = {}, order_of(self, count, class)
    for k = 1, self.n_splits do
      for _ = 1, share[k][class] do list[#list + 1] = k end
    end
    folds[class], seen[class] = {}, 0
    for i = 1, count do folds[class][i] = list[order[i]] end
  end
  for i, class in ipairs(classes) do
    seen[class] = seen[class] + 1
    fold_of[i] = folds[class][seen[class]]
  end
  return iterate(fold_of, self.n_splits)
end

local M = {}

--- Cuts data into folds for cross-validation: each fold is held out once, while the others train.
--
--     for train, test in data.KFold{n_splits=5, shuffle=true, seed=1}:split(x) do
--       local x_train, x_test = x[train], x[test]
--     end
-- @function data.KFold
-- @tparam[opt] table options `n_splits`=5; `shuffle`=false; `seed`: the same folds whatever was drawn before
-- @treturn KFold with `split(x)`
-- @example #data.KFold():split(10)() --> 8
function M.KFold(options) return setmetatable(options_of("data.KFold", options), KFold) end

--- As data.KFold, with the classes in the same proportions in every fold.
-- @function data.StratifiedKFold
-- @tparam[opt] table options `n_splits`=5; `shuffle`=false; `seed`
-- @treturn StratifiedKFold with `split(x, y)`
-- @example #data.StratifiedKFold{n_splits=2}:split(4, {1, 1, 2, 2})() --> 2
function M.StratifiedKFold(options)
  return setmetatable(options_of("data.StratifiedKFold", options), Stratified)
end

return M
