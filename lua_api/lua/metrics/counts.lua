--- Counts of each class, and what is made of them.
-- @local
-- @module metrics.counts

local arguments = require "metrics.arguments"

local fail = arguments.fail
local counts = {}

--- What precision, recall and F1 are made of.
-- @tparam string op the metric, for messages
-- @param y_true as for metrics.arguments.labels
-- @param y_pred
-- @tparam ?number threshold
-- @treturn table base: what the first class is called, classes: C, right, predicted, support: counts, float64 (C)
function counts.of(op, y_true, y_pred, threshold)
  local t, p, base, classes = arguments.labels(op, y_true, y_pred, threshold)
  arguments.check_size(op, classes, classes)
  local function count(x) return x:bincount(nil, classes):to("float64") end
  return { base = base, classes = classes, right = count(t[t:eq(p)]), predicted = count(p), support = count(t) }
end

--- a / b, and `instead` where b is 0.
function counts.divide(a, b, instead)
  local empty = b:eq(0)
  return (a / b:masked_fill(empty, 1)):masked_fill(empty, instead)
end

local divide = counts.divide

local formulas = {
  precision = function(c, instead) return divide(c.right, c.predicted, instead) end,
  recall = function(c, instead) return divide(c.right, c.support, instead) end,
  f1 = function(c, instead) return divide(c.right * 2, c.predicted + c.support, instead) end,
}

--- Places (from 1) in the counts of the labels asked for; of those that occur, if none are.
function counts.places(op, c, labels)
  if labels == nil then return (c.support + c.predicted):gt(0):nonzero():flatten() end
  if type(labels) ~= "table" or #labels == 0 then fail(op, "labels should be a list of labels, as in {1, 3}") end
  local places = {}
  for i, label in ipairs(labels) do
    local place = math.type(label) == "integer" and label - c.base + 1 or 0
    if place < 1 then fail(op, "labels: %s is not one of the labels, which count from %d", tostring(label), c.base) end
    places[i] = place
  end
  return lab.tensor(places, { dtype = "int64" })
end

-- The counts at some places, 0 for labels beyond the largest that occurs.
local function pick(c, places)
  local more, picked = places:amax():item() - c.classes, {}
  for _, name in ipairs { "right", "predicted", "support" } do
    local values = c[name]
    if more > 0 then values = lab.cat({ values, lab.zeros(more, { dtype = "float64" }) }) end
    picked[name] = values:index_select(1, places)
  end
  return picked
end

local function sums(c)
  return { right = c.right:sum(), predicted = c.predicted:sum(), support = c.support:sum() }
end

-- The place in the counts of the positive class.
local function positive_place(op, c, pos_label)
  if c.classes > 2 then
    fail(op, "there are %d classes; give {average=\"macro\"} (or \"micro\", \"weighted\", \"none\")", c.classes)
  end
  if pos_label == nil and c.base == 1 then
    fail(op, "the labels are 1 and 2: say which is positive with {pos_label=2}, or give {average=\"macro\"}")
  end
  if type(pos_label) == "boolean" then pos_label = pos_label and 1 or 0 end
  pos_label = pos_label or 1
  local place = math.type(pos_label) == "integer" and pos_label - c.base + 1 or 0
  if place < 1 or place > 2 then
    fail(op, "pos_label=%s is not one of the labels %d and %d", tostring(pos_label), c.base, c.base + 1)
  end
  return place
end

local function zero_division(op, value)
  if value == "nan" or value ~= value then return 0 / 0 end
  if value ~= 0 and value ~= 1 then fail(op, "zero_division=%s: it is 0, 1 or \"nan\"", tostring(value)) end
  return value
end

-- The mean with weights of what is not nan; nan of nothing.
local function average_of(values, weights, instead)
  local known = values:isnan():logical_not()
  if not known:any():item() then return 0 / 0 end
  weights = weights[known]
  local sum = weights:sum():item()
  if sum == 0 then return instead end
  return (values[known] * weights):sum():item() / sum
end

--- Precision, recall or F1, averaged.
-- @tparam string op the metric, for messages
-- @tparam string kind "precision", "recall" or "f1"
-- @tparam table c what counts.of gave
-- @tparam table o options average, labels, pos_label, zero_division
function counts.score(op, kind, c, o)
  local formula, instead, average = formulas[kind], zero_division(op, o.zero_division), o.average
  arguments.choice(op, "average", average, { "binary", "macro", "micro", "weighted", "none" })
  if average == "binary" then return formula(c, instead)[positive_place(op, c, o.pos_label)] end
  if average == "none" and o.labels == nil then return formula(c, instead) end
  local chosen = pick(c, counts.places(op, c, o.labels))
  if average == "micro" then return formula(sums(chosen), instead):item() end
  local values = formula(chosen, instead)
  if average == "none" then return values end
  return average_of(values, average == "macro" and lab.ones_like(values) or chosen.support, instead)
end

return counts
