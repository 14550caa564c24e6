--- Metrics that are curves: what each threshold of a score does, and whether probabilities can be believed.
-- @module metrics.curves

local arguments = require "metrics.arguments"

local fail = arguments.fail
local metrics = {}

-- Whether each sample is positive, bool (N), and its score, float64 (N).
local function binary(op, y_true, y_score)
  local t, s = arguments.scores(op, y_true, y_score)
  if s.ndim == 2 then
    fail(op, "a curve is of one class: for class c of scores (%d, %d) give y_true:eq(c) and y_score:select(2, c)", s.shape[1], s.shape[2])
  end
  return t:eq(1), s:to("float64")
end

local function difference(t) return t:narrow(1, 2, #t - 1) - t:narrow(1, 1, #t - 1) end

local function with_ends(first, middle, last)
  local parts = {}
  if first ~= nil then parts[1] = lab.tensor({ first }, { dtype = middle.dtype }) end
  parts[#parts + 1] = middle
  if last ~= nil then parts[#parts + 1] = lab.tensor({ last }, { dtype = middle.dtype }) end
  return lab.cat(parts)
end

-- For each different score, falling: how many negative and positive samples reach it.  float64.
local function counts(op, y_true, y_score)
  local yes, score = binary(op, y_true, y_score)
  local sorted, order = score:sort(1, { descending = true })
  local last = with_ends(nil, difference(sorted):ne(0), true):nonzero():flatten()
  local positive = yes[order]:to("float64"):cumsum(1)[last]
  return last:to("float64") - positive, positive, sorted[last]
end

local function keep(where, ...)
  local places, kept = where:nonzero():flatten(), {}
  for i, t in ipairs { ... } do kept[i] = t[places] end
  return table.unpack(kept)
end

--- The ROC curve: how many of the negative and of the positive samples reach each threshold.
-- @param y_true 0 and 1 (false and true), (N)
-- @param y_score scores (N) or (N, 1) of the positive class; of class c of many: y_score:select(2, c) beside y_true:eq(c)
-- @tparam[opt] table options drop_intermediate=true: without points in between on straight lines
-- @treturn tensor false positive rates, rising from 0 to 1: float64 (K)
-- @treturn tensor true positive rates: float64 (K)
-- @treturn tensor thresholds, falling from inf: float64 (K); samples are positive from there on
-- @raise only one class in y_true
-- @see metrics.roc_auc_score, metrics.auc
-- @example metrics.roc_curve({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}) --> [0.0000, 0.0000, 0.5000, 0.5000, 1.0000] [0.0000, 0.5000, 0.5000, 1.0000, 1.0000] [inf, 0.8000, 0.4000, 0.3500, 0.1000]
function metrics.roc_curve(y_true, y_score, options)
  local o = arguments.options("roc_curve", options, { { "drop_intermediate", true, kind = "boolean" } })
  local negative, positive, thresholds = counts("roc_curve", y_true, y_score)
  local n, p = negative[-1], positive[-1]
  if n == 0 or p == 0 then fail("roc_curve", "y_true has only one class of two: there is nothing to tell apart") end
  if o.drop_intermediate and #negative > 2 then
    local corner = difference(difference(negative)):ne(0) | difference(difference(positive)):ne(0)
    negative, positive, thresholds = keep(with_ends(true, corner, true), negative, positive, thresholds)
  end
  return with_ends(0, negative / n), with_ends(0, positive / p), with_ends(math.huge, thresholds)
end

--- Precision and recall at each threshold; the last pair, precision 1 and recall 0, has none.
-- @param y_true 0 and 1 (false and true), (N)
-- @param y_score scores (N) or (N, 1) of the positive class; of class c of many: y_score:select(2, c) beside y_true:eq(c)
-- @tparam[opt] table options drop_intermediate=false; true: only the first and the last point of each recall
-- @treturn tensor precision: float64 (K + 1)
-- @treturn tensor recall, falling from 1 to 0: float64 (K + 1)
-- @treturn tensor thresholds, rising: float64 (K)
-- @raise no positive sample in y_true
-- @see metrics.average_precision_score
-- @example metrics.precision_recall_curve({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}) --> [0.5000, 0.6667, 0.5000, 1.0000, 1.0000] [1.0000, 1.0000, 0.5000, 0.5000, 0.0000] [0.1000, 0.3500, 0.4000, 0.8000]
function metrics.precision_recall_curve(y_true, y_score, options)
  local op = "precision_recall_curve"
  local o = arguments.options(op, options, { { "drop_intermediate", false, kind = "boolean" } })
  local negative, positive, thresholds = counts(op, y_true, y_score)
  local p = positive[-1]
  if p == 0 then fail(op, "y_true has no positive sample") end
  if o.drop_intermediate and #negative > 2 then
    local step = difference(positive):ne(0)
    local ends = step:narrow(1, 1, #step - 1) | step:narrow(1, 2, #step - 1)
    negative, positive, thresholds = keep(with_ends(true, ends, true), negative, positive, thresholds)
  end
  local precision = positive / (positive + negative)
  return with_ends(nil, precision:flip(1), 1), with_ends(nil, (positive / p):flip(1), 0), thresholds:flip(1)
end

--- The mean of the precisions at all thresholds, each weighted by the recall that it adds.
-- @param y_true 0 and 1 (false and true), (N)
-- @param y_score scores (N) or (N, 1) of the positive class
-- @treturn number
-- @raise no positive sample in y_true
-- @see metrics.precision_recall_curve
-- @example metrics.average_precision_score({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}) --> 0.83333333333333
function metrics.average_precision_score(y_true, y_score)
  local precision, recall = metrics.precision_recall_curve(y_true, y_score)
  return -(difference(recall) * precision:narrow(1, 1, #recall - 1)):sum():item()
end

--- The area under a curve, by trapezia.
-- @param x places that rise or fall, (N)
-- @param y the curve there, (N)
-- @treturn number
-- @raise less than two points; places that neither rise nor fall
-- @example local fpr, tpr = metrics.roc_curve({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}); metrics.auc(fpr, tpr) --> 0.75
function metrics.auc(x, y)
  x, y = arguments.tensor("auc", "x", x):to("float64"), arguments.tensor("auc", "y", y):to("float64")
  if x.ndim ~= 1 or y.ndim ~= 1 or #x ~= #y or #x < 2 then
    fail("auc", "x is (%s) and y (%s): as many numbers of both are needed, two or more", table.concat(x.shape, ", "), table.concat(y.shape, ", "))
  end
  local step = difference(x)
  local sign = step:amin():item() >= 0 and 1 or -1
  if sign < 0 and step:amax():item() > 0 then fail("auc", "x should rise or fall: sort the points by it") end
  return sign * (step * (y:narrow(1, 1, #y - 1) + y:narrow(1, 2, #y - 1)) / 2):sum():item()
end

-- The inner edges of bins of probabilities.
local function inner_edges(p, n, strategy)
  local parts = lab.linspace(0, 1, n + 1, { dtype = "float64" })
  local edges = strategy == "uniform" and parts or p:quantile(parts)
  return edges:narrow(1, 2, n - 1):contiguous()
end

--- Whether probabilities can be believed: in each bin of them, how often the class was positive.
-- A bin without samples is left out.  Plotted against the mean probability, the points of a good model lie on the diagonal.
-- @param y_true 0 and 1 (false and true), (N)
-- @param y_prob probabilities (N) or (N, 1) of the positive class
-- @tparam[opt] table options n_bins=5; strategy="uniform": bins of equal width, "quantile": with equally many samples
-- @treturn tensor the part of the samples of each bin that are positive: float64 (K), K up to n_bins
-- @treturn tensor the mean probability of each bin: float64 (K)
-- @treturn tensor how many samples each bin has: int64 (K)
-- @raise numbers outside 0 … 1
-- @example metrics.calibration_curve({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}, {n_bins=2}) --> [0.3333, 1.0000] [0.2833, 0.8000] [3, 1]
function metrics.calibration_curve(y_true, y_prob, options)
  local op = "calibration_curve"
  local o = arguments.options(op, options, { { "n_bins", 5, kind = "integer" }, { "strategy", "uniform" } })
  arguments.choice(op, "strategy", o.strategy, { "uniform", "quantile" })
  if o.n_bins < 1 or o.n_bins > 2 ^ 20 then fail(op, "n_bins is %d: it counts from 1", o.n_bins) end
  local yes, p = binary(op, y_true, y_prob)
  if p:amin():item() < 0 or p:amax():item() > 1 then
    fail(op, "y_prob holds numbers outside 0 … 1, so they are no probabilities: give scores:sigmoid()")
  end
  local edges = inner_edges(p, o.n_bins, o.strategy)
  local bin = o.n_bins > 1 and edges:searchsorted(p) or lab.ones(#p, { dtype = "int64" })
  local total = bin:bincount({ minlength = o.n_bins })
  local sums = bin:bincount(p, o.n_bins)
  local hits = bin:bincount(yes:to("float64"), o.n_bins)
  sums, hits, total = keep(total:ne(0), sums, hits, total)
  return hits / total, sums / total, total
end

return metrics
