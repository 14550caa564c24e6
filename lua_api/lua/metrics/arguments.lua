--- What users give to metrics, as checked tensors.
--
-- Inside, a label is a class from 1; `base` is what the first class is called outside: 1, or 0 for the labels 0 and 1.
-- @local
-- @module metrics.arguments

local options = require "nn.options"

local arguments = {}

local function fail(op, message, ...) error(op .. ": " .. message:format(...)) end

--- The options of a metric.
-- @tparam string op the metric, for messages
-- @tparam ?table given as the caller gave them
-- @tparam table known lists {name, default, kind=}, as for nn.options.read
-- @treturn table values by name
-- @example require("metrics.arguments").options("f", {k=3}, {{"k", 2}}).k --> 3
function arguments.options(op, given, known)
  if given ~= nil and type(given) ~= "table" then
    fail(op, "options are a table, as in {%s=…}, got %s", known[1][1], type(given))
  end
  if given and given[1] ~= nil then fail(op, "the third argument is a table of named options, as in {%s=…}", known[1][1]) end
  if given == nil or next(given) == nil then return options.read(op, known) end
  return options.read(op, known, given)
end

local function from_list(op, name, list)
  if #list == 0 then fail(op, "%s is empty", name) end
  local ok, t = pcall(lab.tensor, list, { dtype = "float64" })
  if not ok then fail(op, "%s should be a list of numbers or booleans, or a tensor: %s", name, (tostring(t):gsub("^.-: ", ""))) end
  if type(list[1]) == "boolean" then return t:to("bool") end
  return t
end

local function whole(t) return t:eq(t:floor()):all():item() end

--- A tensor or list that is not empty and holds no nan.
-- @treturn tensor without history
function arguments.tensor(op, name, value)
  if type(value) == "table" and getmetatable(value) == nil then value = from_list(op, name, value) end
  if not lab.is_tensor(value) then fail(op, "%s should be a tensor or a list, got %s", name, type(value)) end
  value = value:detach()
  if value.ndim == 0 then fail(op, "%s is a single number; one per sample is needed", name) end
  if value:numel() == 0 then fail(op, "%s is empty", name) end
  if value:is_floating_point() then
    local nans = value:isnan()
    if nans:any():item() then
      fail(op, "%s holds nan (the first at place %d of %d)", name, nans:flatten():to("int64"):argmax():item(), value:numel())
    end
  end
  return value
end

local function describe(t) return ("%s (%s)"):format(t.dtype, table.concat(t.shape, ", ")) end

local function do_not_match(op, t, p)
  fail(op, "y_true is %s and y_pred %s: each should have a value for every sample", describe(t), describe(p))
end

local function check_whole(op, name, t)
  if t:is_floating_point() and not whole(t) then
    fail(op, "%s holds numbers with fractions; labels are classes from 1, or 0 and 1%s", name,
      name == "y_true" and " (the order is y_true, y_pred)" or "")
  end
end

local function as_labels(op, name, t)
  check_whole(op, name, t)
  return t:to("int64"):flatten()
end

-- Scores of the positive class to labels 0 and 1; whole floats without a threshold are labels already.
local function above_threshold(op, t, threshold)
  if not t:is_floating_point() or (threshold == nil and whole(t)) then return as_labels(op, "y_pred", t), false end
  if threshold == nil and (t:amin():item() < 0 or t:amax():item() > 1) then
    fail(op, "y_pred holds numbers outside 0 … 1, so they are no probabilities; give {threshold=0} for logits, or turn them into labels")
  end
  return t:gt(threshold or 0.5):to("int64"):flatten(), true
end

-- What the first class is called, from the smallest and largest label.
local function base_of(op, low, high, binary)
  if low < 0 then fail(op, "label %d: labels are classes from 1, or 0 and 1", low) end
  if binary and high > 1 then fail(op, "label %d: with scores of one class the labels are 0 and 1 (or false and true)", high) end
  if low == 0 and high > 1 then
    fail(op, "label 0 beside label %d: classes count from 1 (labels from 0? use :add(1)); 0 is for the labels 0 and 1 alone", high)
  end
  return high > 1 and 1 or 0
end

local function check_columns(op, t, columns)
  local low, high = t:amin():item(), t:amax():item()
  if low < 1 then fail(op, "label %d of y_true: classes count from 1 where y_pred has a column for each (labels from 0? use :add(1))", low) end
  if high > columns then fail(op, "label %d of y_true, but y_pred has %d columns", high, columns) end
end

--- The labels of samples.
-- @tparam string op the metric, for messages
-- @param y_true labels (N), (N, 1), (N, …), or rows of one_hot (N, C)
-- @param y_pred labels, or scores (N, C, …) of classes, or scores (N) of the positive class
-- @tparam ?number threshold above which a score of the positive class is 1; 0.5 for probabilities
-- @treturn tensor true classes from 1, int64 (N)
-- @treturn tensor predicted classes from 1, int64 (N)
-- @treturn integer what the first class is called: 0 or 1
-- @treturn integer how many classes there are (0 and 1 are two)
function arguments.labels(op, y_true, y_pred, threshold)
  local given_t, given_p = arguments.tensor(op, "y_true", y_true), arguments.tensor(op, "y_pred", y_pred)
  local t, p, columns, binary = given_t, given_p, nil, false
  if t.ndim == 2 and t.shape[2] == 1 then t = t:squeeze(2) end
  if t.ndim == 2 and p.ndim <= 2 then
    check_whole(op, "y_true", t)
    t = t:argmax(2)
  end
  if p.ndim == t.ndim + 1 and p.shape[2] > 1 then
    columns = p.shape[2]
    p = p:argmax(2):flatten()
  else
    p, binary = above_threshold(op, p, threshold)
  end
  t = as_labels(op, "y_true", t)
  if t:numel() ~= p:numel() then do_not_match(op, given_t, given_p) end
  if columns then
    check_columns(op, t, columns)
    return t, p, 1, columns
  end
  local low = math.min(t:amin():item(), p:amin():item())
  local high = math.max(t:amax():item(), p:amax():item())
  local base = base_of(op, low, high, binary or given_t.dtype == "bool" or given_p.dtype == "bool")
  if base == 0 then return t:add(1), p:add(1), 0, 2 end
  return t, p, 1, high
end

--- Refuses labels that would need a table of more than 2^26 numbers.
-- @tparam string op the metric, for messages
-- @tparam integer classes the largest label
-- @tparam integer numbers how many the table has
function arguments.check_size(op, classes, numbers)
  if numbers > 2.0 ^ 26 then fail(op, "a label is %d: are these classes? they should be numbered 1, 2, 3, …", classes) end
end

local function flat(t) return t.ndim == 2 and t.shape[2] == 1 and t:squeeze(2) or t end

--- Classes from 1 (N) and scores (N, C); scores (N) or (N, 1) of the positive class go with labels 0 and 1 and stay (N).
-- @tparam string op the metric, for messages
-- @treturn tensor labels, int64 (N)
-- @treturn tensor scores
function arguments.scores(op, y_true, y_score)
  local t, s = flat(arguments.tensor(op, "y_true", y_true)), flat(arguments.tensor(op, "y_score", y_score))
  if t.ndim == 2 then t = t:argmax(2) end
  if t.ndim ~= 1 or s.ndim > 2 or t.shape[1] ~= s.shape[1] then
    fail(op, "y_true is (%s) and y_score (%s): labels (N) and scores (N, C), or (N) of the positive class, are needed",
      table.concat(t.shape, ", "), table.concat(s.shape, ", "))
  end
  if t.dtype == "bool" then t = t:to("int64") end
  local whole, low, high = t:eq(t:floor()):all():item(), t:amin():item(), t:amax():item()
  local first, last = s.ndim == 2 and 1 or 0, s.ndim == 2 and s.shape[2] or 1
  if not whole or low < first or high > last then
    fail(op, "the labels of y_true should be %s, got %s", s.ndim == 2 and ("classes from 1 to %d, as many as y_score has columns"):format(last)
      or "0 and 1 (or false and true), as y_score has one score per sample", not whole and "numbers with fractions" or
      ("%d to %d%s"):format(low, high, low == 0 and " (labels from 0? use :add(1))" or ""))
  end
  return t:to("int64"), s
end

--- Numbers to compare: columns of float64.
-- @treturn tensor y_true (N, K)
-- @treturn tensor y_pred (N, K)
function arguments.numbers(op, y_true, y_pred)
  local t, p = arguments.tensor(op, "y_true", y_true), arguments.tensor(op, "y_pred", y_pred)
  if t.shape[1] ~= p.shape[1] or t:numel() ~= p:numel() then do_not_match(op, t, p) end
  return t:to("float64"):reshape(t.shape[1], -1), p:to("float64"):reshape(p.shape[1], -1)
end

--- One of a list of words.
function arguments.choice(op, name, value, words)
  for _, word in ipairs(words) do
    if value == word then return value end
  end
  fail(op, "%s=%s: it is one of \"%s\"", name, type(value) == "string" and '"' .. value .. '"' or tostring(value),
    table.concat(words, '", "'))
end

arguments.fail = fail

return arguments
