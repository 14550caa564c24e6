--- Metrics by name.
-- @module metrics.get

local nearest = require("nn.options").nearest

local short = {
  accuracy = "accuracy_score", precision = "precision_score", recall = "recall_score", f1 = "f1_score",
  balanced_accuracy = "balanced_accuracy_score", top_k_accuracy = "top_k_accuracy_score", roc_auc = "roc_auc_score",
  mae = "mean_absolute_error", mse = "mean_squared_error", rmse = "root_mean_squared_error", r2 = "r2_score",
  log_loss = "log_loss",
}

--- The metric that a name means, as model:compile{metrics={…}} takes them.
-- @tparam string|function name "accuracy", "precision", "recall", "f1", "balanced_accuracy", "top_k_accuracy", "roc_auc",
--   "log_loss", "mae", "mse", "rmse", "r2", or the function's own name; a function is given back
-- @treturn function metric(y_true, y_pred, options)
-- @example metrics.get("mae") == metrics.mean_absolute_error --> true
local function get(name)
  if type(name) == "function" then return name end
  local metrics = require "metrics"
  local full = short[name] or (type(name) == "string" and name:match("_score$") or name:match("_error$")) and name
  if full and metrics[full] then return metrics[full] end
  local names = {}
  for key in pairs(short) do names[#names + 1] = key end
  table.sort(names)
  local near = nearest(tostring(name), names)
  error(("metrics: unknown metric '%s'%s (metrics: %s)"):format(tostring(name),
    near and ("; did you mean '" .. near .. "'?") or "", table.concat(names, ", ")))
end

return get
