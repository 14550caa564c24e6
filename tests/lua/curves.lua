-- Curves of metrics against scikit-learn, and what they refuse.
local expected = dofile("tests/expected/curves.lua")

local function f64(values) return lab.tensor(values, { dtype = "float64" }) end

local function check(want, ...)
  for i, curve in ipairs(want) do close((select(i, ...)), f64(curve), 1e-12) end
end

test("ROC and precision-recall curves have scikit-learn's points", function()
  for _, case in ipairs(expected) do
    local t, s = lab.tensor(case.t, { dtype = "int64" }), f64(case.s)
    check(case.roc, metrics.roc_curve(t, s))
    check(case.roc_all, metrics.roc_curve(case.t, case.s, { drop_intermediate = false }))
    check(case.pr, metrics.precision_recall_curve(t:eq(1), s:unsqueeze(2)))
    check(case.pr_few, metrics.precision_recall_curve(t, s, { drop_intermediate = true }))
    close(metrics.average_precision_score(t, s), case.ap, 1e-12)
    close(metrics.auc(metrics.roc_curve(t, s)), case.auc, 1e-12)
    close(metrics.roc_auc_score(t, s), case.auc, 1e-12)
  end
end)

test("calibration curves have scikit-learn's bins", function()
  for _, case in ipairs(expected) do
    check(case.uniform, metrics.calibration_curve(case.t, case.s))
    check(case.quantile, metrics.calibration_curve(case.t, case.s, { n_bins = 4, strategy = "quantile" }))
    check(case.ten, metrics.calibration_curve(case.t, case.s, { n_bins = 10 }))
    local _, _, total = metrics.calibration_curve(case.t, case.s, { n_bins = 1 })
    eq(total, { #case.t })
  end
end)

test("a class of many is drawn against the rest", function()
  local y, scores = lab.tensor({ 1, 2, 3, 2 }, { dtype = "int64" }), f64 { { 0.8, 0.1, 0.1 }, { 0.2, 0.5, 0.3 }, { 0.1, 0.2, 0.7 }, { 0.3, 0.4, 0.3 } }
  eq(metrics.auc(metrics.roc_curve(y:eq(2), scores:select(2, 2))), 1)
  fails(function() metrics.roc_curve(y, scores) end, "y_true:eq(c) and y_score:select(2, c)")
end)

test("curves refuse what has none", function()
  fails(function() metrics.roc_curve({ 1, 1 }, { 0.1, 0.2 }) end, "only one class of two")
  fails(function() metrics.precision_recall_curve({ 0, 0 }, { 0.1, 0.2 }) end, "no positive sample")
  fails(function() metrics.calibration_curve({ 0, 1 }, { -0.5, 2 }) end, "no probabilities")
  fails(function() metrics.calibration_curve({ 0, 1 }, { 0.5, 0.2 }, { n_bins = 0 }) end, "counts from 1")
  fails(function() metrics.calibration_curve({ 0, 1 }, { 0.5, 0.2 }, { strategy = "even" }) end, '"uniform", "quantile"')
  fails(function() metrics.roc_curve({ 0, 1 }, { 0.5, 0 / 0 }) end, "nan")
  fails(function() metrics.auc({ 0, 1, 0.5 }, { 0, 1, 1 }) end, "rise or fall")
  fails(function() metrics.auc({ 0 }, { 1 }) end, "two or more")
  eq(metrics.auc({ 1, 0 }, { 1, 0 }), 0.5)
end)
