--- Metrics: how good predictions are, with scikit-learn's names, argument order and values.
-- The global `metrics`.  Every function takes y_true, then y_pred: tensors or Lua lists.
--
--     metrics.accuracy_score({1, 2, 3}, {1, 2, 2})
--     metrics.f1_score(y, model(x), {average="macro"})      -- the columns of y_pred are scores of the classes 1, 2, …
--     metrics.r2_score(y, model(x))
--
-- Labels are classes from 1, or 0 and 1 (false and true) where there are two.  Predictions are labels, or scores (N, C)
-- whose largest column is the class, or scores (N) or (N, 1) of the positive class, which it is above `threshold`=0.5.
-- @module metrics

local metrics = { get = require "metrics.get", classification_report = require "metrics.report" }

for _, part in ipairs { "classification", "ranking", "curves", "regression" } do
  for name, value in pairs(require("metrics." .. part)) do metrics[name] = value end
end

return metrics
