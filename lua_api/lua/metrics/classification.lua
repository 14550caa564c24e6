--- Metrics of labels: how often, and for which classes, predictions are right.
-- @module metrics.classification

local arguments = require "metrics.arguments"
local counts = require "metrics.counts"

local metrics = {}

local score_options = {
  { "average", "binary" }, { "labels" }, { "pos_label" }, { "threshold", kind = "number" }, { "zero_division", 0 },
}

local function score(kind, y_true, y_pred, options)
  local op = kind .. "_score"
  local o = arguments.options(op, options, score_options)
  return counts.score(op, kind, counts.of(op, y_true, y_pred, o.threshold), o)
end

--- The part of the predictions that are right.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options normalize=true (false: how many are right); threshold=0.5 above which a score (N) is positive
-- @treturn number
-- @example metrics.accuracy_score({1, 2, 3, 3}, {1, 2, 2, 3}) --> 0.75
-- @example metrics.accuracy_score({0, 1, 1}, {0.2, 0.9, 0.4}) --> 0.66666666666667
function metrics.accuracy_score(y_true, y_pred, options)
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
function metrics.precision_score(y_true, y_pred, options) return score("precision", y_true, y_pred, options) end

--- The part of a class's samples that were found: right / support.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options as precision_score's: average="binary", labels, pos_label=1, threshold=0.5, zero_division=0
-- @treturn number or a tensor for average="none"
-- @example metrics.recall_score({0, 1, 1, 1}, {0, 1, 1, 0}) --> 0.66666666666667
function metrics.recall_score(y_true, y_pred, options) return score("recall", y_true, y_pred, options) end

--- The harmonic mean of precision and recall.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options as precision_score's: average="binary", labels, pos_label=1, threshold=0.5, zero_division=0
-- @treturn number or a tensor for average="none"
-- @example metrics.f1_score({1, 2, 3, 3}, {1, 2, 2, 3}, {average="macro"}) --> 0.77777777777778
function metrics.f1_score(y_true, y_pred, options) return score("f1", y_true, y_pred, options) end

--- The mean of the recalls of the classes in y_true: accuracy that rare classes count in as much as frequent ones.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options adjusted=false (true: 0 is what guessing gives, 1 is perfect); threshold=0.5
-- @treturn number
-- @example metrics.balanced_accuracy_score({1, 1, 1, 2}, {1, 1, 1, 1}) --> 0.5
function metrics.balanced_accuracy_score(y_true, y_pred, options)
  local op = "balanced_accuracy_score"
  local o = arguments.options(op, options, { { "adjusted", false, kind = "boolean" }, { "threshold", kind = "number" } })
  local c = counts.of(op, y_true, y_pred, o.threshold)
  local there = c.support:gt(0)
  local score, chance = (c.right[there] / c.support[there]):mean():item(), 1 / there:sum():item()
  return o.adjusted and (score - chance) / (1 - chance) or score
end

local function normalized(matrix, over)
  local m = matrix:to("float64")
  local sum = over == "all" and m:sum() or m:sum(over == "true" and 2 or 1, true)
  return counts.divide(m, sum:expand(m.shape), 0)
end

--- How often each class was predicted as each: rows are true classes, columns predicted ones.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options labels: the classes of the rows and columns, in this order (all from 1 to the largest, or 0
--   and 1, if not given); normalize: "true" (rows add up to 1), "pred" (columns) or "all"; threshold=0.5
-- @treturn tensor int64 (C, C), float64 with normalize
-- @example metrics.confusion_matrix({1, 2, 3, 3}, {1, 2, 2, 3}) --> [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
-- @example metrics.confusion_matrix({0, 0, 1}, {0, 1, 1}, {normalize="true"}) --> [[0.5000, 0.5000], [0.0000, 1.0000]]
function metrics.confusion_matrix(y_true, y_pred, options)
  local op = "confusion_matrix"
  local o = arguments.options(op, options, { { "labels" }, { "normalize" }, { "threshold", kind = "number" } })
  local t, p, base, classes = arguments.labels(op, y_true, y_pred, o.threshold)
  local places = o.labels and counts.places(op, { base = base }, o.labels)
  if places then classes = math.max(classes, places:amax():item()) end
  arguments.check_size(op, classes, classes * classes)
  local matrix = ((t - 1) * classes + p):bincount(nil, classes * classes):reshape(classes, classes)
  if places then matrix = matrix:index_select(1, places):index_select(2, places) end
  if o.normalize == nil then return matrix end
  return normalized(matrix, arguments.choice(op, "normalize", o.normalize, { "true", "pred", "all" }))
end

return metrics
