--- Metrics of scores: predictions that are probabilities, or numbers to rank classes by.
-- @module metrics.ranking

local arguments = require "metrics.arguments"

local fail = arguments.fail
local metrics = {}

local scores_of = arguments.scores

--- How often the true class is among the k with the highest scores; of equal scores the first come first, as for argmax.
-- @param y_true classes from 1, (N)
-- @param y_score scores (N, C)
-- @tparam[opt] table options k=2, normalize=true (false: how many)
-- @treturn number
-- @example metrics.top_k_accuracy_score({1, 2}, {{0.5, 0.3, 0.2}, {0.5, 0.1, 0.4}}, {k=2}) --> 0.5
function metrics.top_k_accuracy_score(y_true, y_score, options)
  local op = "top_k_accuracy_score"
  local o = arguments.options(op, options, { { "k", 2, kind = "integer" }, { "normalize", true, kind = "boolean" } })
  local t, s = scores_of(op, y_true, y_score)
  if s.ndim == 1 then fail(op, "y_score should have a column for each class, got (%d)", s.shape[1]) end
  if o.k < 1 then fail(op, "k is %d: it counts from 1", o.k) end
  local at = t:unsqueeze(2)
  local own, columns = s:gather(2, at), lab.arange(1, s.shape[2] + 1, { dtype = "int64" })
  local before = s:gt(own) | (s:eq(own) & columns:unsqueeze(1):lt(at))
  local hits = before:sum(2):lt(o.k):sum():item()
  return o.normalize and hits / t:numel() or hits
end

local epsilon = { float32 = 2.0 ^ -23, float16 = 2.0 ^ -10, bfloat16 = 2.0 ^ -7 }

local function log_probabilities(op, s, logits)
  if logits then
    s = s:to("float64")
    return s.ndim == 2 and s:log_softmax(2) or lab.stack({ (-s):logsigmoid(), s:logsigmoid() }, 2)
  end
  local eps = epsilon[s.dtype] or 2.0 ^ -52
  s = s:to("float64")
  local proper = s:amin():item() >= 0 and s:amax():item() <= 1
  if proper and s.ndim == 2 then proper = (s:sum(2) - 1):abs():amax():item() <= math.max(1e-4, eps * s.shape[2]) end
  if not proper then
    fail(op, "y_pred holds no probabilities (from 0 to 1%s); give {from_logits=true} for the outputs of a layer without softmax or sigmoid",
      s.ndim == 2 and ", each row adding up to 1" or "")
  end
  if s.ndim == 1 then s = lab.stack({ 1 - s, s }, 2) end
  return s:clamp(eps, 1 - eps):log()
end

--- The mean of -log of the probability that was given to the true class (cross-entropy).
-- @param y_true classes from 1 (N); 0 and 1 for one probability per sample
-- @param y_pred probabilities (N, C), or (N) or (N, 1) of the positive class; 0 and 1 are moved inwards by the dtype's epsilon
-- @tparam[opt] table options normalize=true (false: the sum); from_logits=false: y_pred comes before softmax or sigmoid
-- @treturn number
-- @example metrics.log_loss({1, 0}, {0.5, 0.5}) --> 0.69314718055995
function metrics.log_loss(y_true, y_pred, options)
  local o = arguments.options("log_loss", options,
    { { "normalize", true, kind = "boolean" }, { "from_logits", false, kind = "boolean" } })
  local t, s = scores_of("log_loss", y_true, y_pred)
  if s.ndim == 1 then t = t + 1 end
  local logs = -log_probabilities("log_loss", s, o.from_logits):gather(2, t:unsqueeze(2))
  return (o.normalize and logs:mean() or logs:sum()):item()
end

-- The area of one class against the rest; yes is bool (N), s (N).  The sum of the ranks of the positive ones, equal scores
-- sharing theirs (Mann and Whitney, 1947).
local function area(op, yes, s)
  local positive = yes:sum():item()
  local negative = yes:numel() - positive
  if positive == 0 or negative == 0 then fail(op, "y_true has only one class of two: there is nothing to tell apart") end
  local sorted, own = s:sort(), s[yes]
  local ranks = (sorted:searchsorted(own) + sorted:searchsorted(own, true) - 1):to("float64") / 2
  return (ranks:sum():item() - positive * (positive + 1) / 2) / (positive * negative)
end

--- The area under the ROC curve: how likely a positive sample has a higher score than a negative one.
-- @param y_true 0 and 1 (false and true), or classes from 1 for scores with columns
-- @param y_score scores (N) or (N, 1) of the positive class, or (N, C): then each class against the rest
-- @tparam[opt] table options average="macro": the mean over the classes; "weighted": by their number in y_true
-- @treturn number
-- @example metrics.roc_auc_score({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}) --> 0.75
function metrics.roc_auc_score(y_true, y_score, options)
  local op = "roc_auc_score"
  local o = arguments.options(op, options, { { "average", "macro" } })
  arguments.choice(op, "average", o.average, { "macro", "weighted" })
  local t, s = scores_of(op, y_true, y_score)
  if s.ndim == 1 then return area(op, t:eq(1), s) end
  local sum, weights = 0, 0
  for class = 1, s.shape[2] do
    local yes = t:eq(class)
    local weight = o.average == "macro" and 1 or yes:sum():item()
    sum, weights = sum + weight * area(op, yes, s:select(2, class):contiguous()), weights + weight
  end
  return sum / weights
end

return metrics
