--- Metrics of numbers: how far predictions are from the truth.
-- @module metrics.regression

local arguments = require "metrics.arguments"

local metrics = {}

local known = { { "multioutput", "uniform_average" } }

-- The metric op from a value per column: fn(y_true, y_pred) with both float64 (N, K) gives (K).
local function measure(op, fn, y_true, y_pred, options)
  local o = arguments.options(op, options, known)
  arguments.choice(op, "multioutput", o.multioutput, { "uniform_average", "raw_values" })
  local values = fn(arguments.numbers(op, y_true, y_pred))
  return o.multioutput == "raw_values" and values or values:mean():item()
end

-- 1 - the squared errors / the squared distances of y_true from its mean.
local function explained(t, p)
  local rest, all = (t - p):square():sum(1), (t - t:mean(1, true)):square():sum(1)
  if t.shape[1] < 2 then return rest:fill_(0 / 0) end
  local flat = all:eq(0)
  return lab.where(flat, rest:eq(0):to("float64"), 1 - rest / all:masked_fill(flat, 1))
end

--- The mean of |y_true - y_pred|.
-- @param y_true numbers (N), (N, 1) or (N, K)
-- @param y_pred numbers for the same samples
-- @tparam[opt] table options multioutput="uniform_average" (the mean over the K columns) or "raw_values" (float64 (K))
-- @treturn number or a tensor for multioutput="raw_values"
-- @example metrics.mean_absolute_error({1, 2, 3}, {1, 2, 6}) --> 1.0
function metrics.mean_absolute_error(y_true, y_pred, options)
  return measure("mean_absolute_error", function(t, p) return (t - p):abs():mean(1) end, y_true, y_pred, options)
end

--- The mean of (y_true - y_pred) squared.
-- @param y_true numbers (N), (N, 1) or (N, K)
-- @param y_pred numbers for the same samples
-- @tparam[opt] table options multioutput="uniform_average" or "raw_values"
-- @treturn number or a tensor for multioutput="raw_values"
-- @example metrics.mean_squared_error({1, 2, 3}, {1, 2, 6}) --> 3.0
function metrics.mean_squared_error(y_true, y_pred, options)
  return measure("mean_squared_error", function(t, p) return (t - p):square():mean(1) end, y_true, y_pred, options)
end

--- The square root of the mean squared error: an error in the unit of y.
-- @param y_true numbers (N), (N, 1) or (N, K)
-- @param y_pred numbers for the same samples
-- @tparam[opt] table options multioutput="uniform_average" (the mean of the K roots) or "raw_values"
-- @treturn number or a tensor for multioutput="raw_values"
-- @example metrics.root_mean_squared_error({1, 2, 3, 4}, {1, 2, 3, 6}) --> 1.0
function metrics.root_mean_squared_error(y_true, y_pred, options)
  return measure("root_mean_squared_error", function(t, p) return (t - p):square():mean(1):sqrt() end, y_true, y_pred, options)
end

--- R², the part of y_true's variance that the predictions explain: 1 is perfect, 0 is as good as always saying the mean,
-- below 0 is worse.  A column of y_true without variance counts 1 if it is met exactly, else 0; one sample has no R² (nan).
-- @param y_true numbers (N), (N, 1) or (N, K)
-- @param y_pred numbers for the same samples
-- @tparam[opt] table options multioutput="uniform_average" or "raw_values"
-- @treturn number or a tensor for multioutput="raw_values"
-- @example metrics.r2_score({1, 2, 3, 4}, {1, 2, 3, 5}) --> 0.8
function metrics.r2_score(y_true, y_pred, options) return measure("r2_score", explained, y_true, y_pred, options) end

return metrics
