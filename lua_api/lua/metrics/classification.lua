--- Metrics of labels: how often, and for which classes, predictions are right.
-- @module metrics.classification

local arguments = require "metrics.arguments"

local fail = arguments.fail
local classification = {}

-- ---- counts of each class ---------------------------------------------------------------------------

--- What precision, recall and F1 are made of.
-- @tparam string op the metric, for messages
-- @treturn table base: what the first class is called; right, predicted, support: counts per class, float64 (C)
function classification.counts(op, y_true, y_pred, threshold)
  local t, p, base, classes = arguments.labels(op, y_true, y_pred, threshold)
  local function count(x) return x:bincount(nil, classes):to("float64") end
  return { base = base, classes = classes, right = count(t[t:eq(p)]), predicted = count(p), support = count(t) }
end

-- a / b per class, and `instead` where b is 0.
local function divide(a, b, instead)
  local empty = b:eq(0)
  return (a / b:masked_fill(empty, 1)):masked_fill(empty, instead)
end

local formulas = {
  precision = function(right, predicted, _, instead) return divide(right, predicted, instead) end,
  recall = function(right, _, support, instead) return divide(right, support, instead) end,
  f1 = function(right, predicted, support, instead) return divide(right * 2, predicted + support, instead) end,
}

-- The mean with weights of what is not nan; nan of nothing.
local function average_of(values, weights, instead)
  local known = values:isnan():logical_not()
  if not known:any():item() then return 0 / 0 end
  weights = weights[known]
  local sum = weights:sum():item()
  if sum == 0 then return instead end
  return (values[known] * weights):sum():item() / sum
end

-- Positions (from 1) in the counts of the labels asked for; of those that occur, if none are.
local function chosen(op, counts, labels)
  if labels == nil then return counts.support:add(counts.predicted):gt(0):nonzero():flatten() end
  if type(labels) ~= "table" or #labels == 0 then fail(op, "labels should be a list of labels, as in {1, 3}") end
  local places = {}
  for i, label in ipairs(labels) do
    local place = math.type(label) == "integer" and label - counts.base + 1 or 0
    if place < 1 then fail(op, "labels: %s is not one of the labels, which count from %d", tostring(label), counts.base) end
    places[i] = place
  end
  return lab.tensor(places, { dtype = "int64" })
end

-- Counts of the places, with 0 for labels beyond the largest that occurs.
local function pick(counts, places)
  local more = places:amax():item() - counts.classes
  local result = {}
  for _, name in ipairs { "right", "predicted", "support" } do
    local values = counts[name]
    if more > 0 then values = lab.cat({ values, lab.zeros(more, { dtype = "float64" }) }) end
    result[name] = values:index_select(1, places)
  end
  return result
end

-- The place in the counts of the positive class.
local function positive_place(op, counts, pos_label)
  if counts.classes > 2 then
    fail(op, "there are %d classes; give {average=\"macro\"} (or \"micro\", \"weighted\", \"none\")", counts.classes)
  end
  if pos_label == nil and counts.base == 1 then
    fail(op, "the labels are 1 and 2: say which is positive with {pos_label=2}, or give {average=\"macro\"}")
  end
  if pos_label == true then pos_label = 1 elseif pos_label == false then pos_label = 0 end
  pos_label = pos_label or 1
  local place = math.type(pos_label) == "integer" and pos_label - counts.base + 1 or 0
  if place < 1 or place > 2 then
    fail(op, "pos_label=%s is not one of the labels %d and %d", tostring(pos_label), counts.base, counts.base + 1)
  end
  return place
end

local function zero_division(op, value)
  if value == "nan" or value ~= value then return 0 / 0 end
  if value ~= 0 and value ~= 1 then fail(op, "zero_division=%s: it is 0, 1 or \"nan\"", tostring(value)) end
  return value
end

--- Precision, recall or F1 of counts, averaged.
-- @tparam string op the metric, for messages
-- @tparam string kind "precision", "recall" or "f1"
-- @tparam table counts of classification.counts
-- @tparam table o options average, labels, pos_label, zero_division
function classification.score(op, kind, counts, o)
  local formula, instead, average = formulas[kind], zero_division(op, o.zero_division), o.average
  arguments.choice(op, "average", average, { "binary", "macro", "micro", "weighted", "none" })
  if average == "none" and o.labels == nil then
    return formula(counts.right, counts.predicted, counts.support, instead)
  end
  if average == "binary" then
    local place = positive_place(op, counts, o.pos_label)
    return formula(counts.right, counts.predicted, counts.support, instead)[place]
  end
  local c = pick(counts, chosen(op, counts, o.labels))
  if average == "micro" then return formula(c.right:sum(), c.predicted:sum(), c.support:sum(), instead):item() end
  local values = formula(c.right, c.predicted, c.support, instead)
  if average == "none" then return values end
  return average_of(values, average == "macro" and lab.ones_like(c.support) or c.support, instead)
end

local score_options = {
  { "average", "binary" }, { "labels" }, { "pos_label" }, { "threshold", kind = "number" }, { "zero_division", 0 },
}

local function scored(kind)
  local op = kind .. "_score"
  return function(y_true, y_pred, given)
    local o = arguments.options(op, given, score_options)
    return classification.score(op, kind, classification.counts(op, y_true, y_pred, o.threshold), o)
  end
end

-- ---- the metrics ------------------------------------------------------------------------------------

--- The part of the predictions that are right.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options normalize=true (false: how many are right); threshold=0.5 above which a score (N) is positive
-- @treturn number
-- @example metrics.accuracy_score({1, 2, 3, 3}, {1, 2, 2, 3}) --> 0.75
-- @example metrics.accuracy_score({0, 1, 1}, {0.2, 0.9, 0.4}) --> 0.66666666666667
function classification.accuracy_score(y_true, y_pred, options)
  local o = arguments.options("accuracy_score", options,
    { { "normalize", true, kind = "boolean" }, { "threshold", kind = "number" } })
  local t, p = arguments.labels("accuracy_score", y_true, y_pred, o.threshold)
  local right = t:eq(p):sum():item()
  return o.normalize and right / t:numel() or right
end

--- The part of what was predicted as a class that is of it: right / predicted.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options average="binary" (the positive class), "macro" (the mean over the classes that occur),
--   "weighted" (the same, weighted by their number in y_true), "micro" (of all samples together) or "none" (float64 (C),
--   one value per class); labels: the classes that count, all that occur if it is not given; pos_label=1; threshold=0.5;
--   zero_division=0: the value (0, 1 or "nan") where there is nothing to divide by
-- @treturn number or a tensor for average="none"
-- @example metrics.precision_score({0, 1, 1, 0}, {0, 1, 1, 1}) --> 0.66666666666667
-- @example metrics.precision_score({1, 2, 3, 3}, {1, 2, 2, 3}, {average="none"}) --> [1.0000, 0.5000, 1.0000]
-- @function precision_score
classification.precision_score = scored "precision"

--- The part of a class's samples that were found: right / support.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options as precision_score's: average="binary", labels, pos_label=1, threshold=0.5, zero_division=0
-- @treturn number or a tensor for average="none"
-- @example metrics.recall_score({0, 1, 1, 1}, {0, 1, 1, 0}) --> 0.66666666666667
-- @function recall_score
classification.recall_score = scored "recall"

--- The harmonic mean of precision and recall.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options as precision_score's: average="binary", labels, pos_label=1, threshold=0.5, zero_division=0
-- @treturn number or a tensor for average="none"
-- @example metrics.f1_score({1, 2, 3, 3}, {1, 2, 2, 3}, {average="macro"}) --> 0.77777777777778
-- @function f1_score
classification.f1_score = scored "f1"

--- The mean of the recalls of the classes in y_true: accuracy that rare classes count in as much as frequent ones.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options adjusted=false (true: 0 is what guessing gives, 1 is perfect); threshold=0.5
-- @treturn number
-- @example metrics.balanced_accuracy_score({1, 1, 1, 2}, {1, 1, 1, 1}) --> 0.5
function classification.balanced_accuracy_score(y_true, y_pred, options)
  local op = "balanced_accuracy_score"
  local o = arguments.options(op, options, { { "adjusted", false, kind = "boolean" }, { "threshold", kind = "number" } })
  local counts = classification.counts(op, y_true, y_pred, o.threshold)
  local there = counts.support:gt(0)
  local score, chance = (counts.right[there] / counts.support[there]):mean():item(), 1 / there:sum():item()
  return o.adjusted and (score - chance) / (1 - chance) or score
end

local function normalized(matrix, over)
  local m = matrix:to("float64")
  local sum = over == "all" and m:sum() or m:sum(over == "true" and 2 or 1, true)
  return divide(m, sum:expand(m.shape), 0)
end

--- How often each class was predicted as each: rows are true classes, columns predicted ones.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options labels: the classes of the rows and columns, in this order (all from 1 to the largest, or 0
--   and 1, if not given); normalize: "true" (rows add up to 1), "pred" (columns) or "all"; threshold=0.5
-- @treturn tensor int64 (C, C), float64 with normalize
-- @example metrics.confusion_matrix({1, 2, 3, 3}, {1, 2, 2, 3}) --> [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
-- @example metrics.confusion_matrix({0, 0, 1}, {0, 1, 1}, {normalize="true"}) --> [[0.5000, 0.5000], [0.0000, 1.0000]]
function classification.confusion_matrix(y_true, y_pred, options)
  local op = "confusion_matrix"
  local o = arguments.options(op, options, { { "labels" }, { "normalize" }, { "threshold", kind = "number" } })
  local t, p, base, classes = arguments.labels(op, y_true, y_pred, o.threshold)
  local places = o.labels and chosen(op, { base = base }, o.labels)
  if places then classes = math.max(classes, places:amax():item()) end
  local matrix = ((t - 1) * classes + p):bincount(nil, classes * classes):reshape(classes, classes)
  if places then matrix = matrix:index_select(1, places):index_select(2, places) end
  if o.normalize == nil then return matrix end
  return normalized(matrix, arguments.choice(op, "normalize", o.normalize, { "true", "pred", "all" }))
end

return classification
