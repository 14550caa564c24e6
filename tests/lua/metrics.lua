-- Metrics against scikit-learn, in every form that predictions come in, and what they refuse.
local expected = dofile("tests/expected/metrics.lua")

local function int(values, dtype) return lab.tensor(values, { dtype = dtype or "int64" }) end
local function f64(values) return lab.tensor(values, { dtype = "float64" }) end

local function check_averages(kind, case)
  local metric, want = metrics.get(kind), case[kind]
  for name, value in pairs(want) do
    local average, extra = name:match("^(%l+)_?(%w*)$")
    local o = { average = average, labels = extra == "subset" and case.subset or nil }
    if extra == "1" then o.zero_division = 1 elseif extra == "nan" then o.zero_division = "nan" end
    if average == "negative" then o.average, o.pos_label = "binary", 0 end
    local got = metric(case.t, case.p, o)
    local ok = pcall(close, got, value, 1e-12)
    if not ok then error(("%s %s: got %s, not %s, of %s and %s"):format(kind, name, lab.text(got), lab.text(value), lab.text(case.t), lab.text(case.p))) end
  end
end

test("metrics of labels are scikit-learn's, with classes that are absent, for every average", function()
  for _, case in ipairs(expected.labels) do
    close(metrics.accuracy_score(case.t, case.p), case.accuracy, 1e-12)
    close(metrics.balanced_accuracy_score(case.t, case.p), case.balanced, 1e-12)
    if case.adjusted then close(metrics.balanced_accuracy_score(case.t, case.p, { adjusted = true }), case.adjusted, 1e-12) end
    eq(metrics.confusion_matrix(case.t, case.p), case.confusion)
    for _, over in ipairs { "true", "pred", "all" } do
      close(metrics.confusion_matrix(case.t, case.p, { normalize = over }), case["confusion_" .. over], 1e-12)
    end
    if case.confusion_subset then eq(metrics.confusion_matrix(case.t, case.p, { labels = case.subset }), case.confusion_subset) end
    for _, kind in ipairs { "precision", "recall", "f1" } do check_averages(kind, case) end
  end
end)

test("metrics of scores of classes are scikit-learn's", function()
  for _, case in ipairs(expected.scores) do
    local t, s = int(case.t), f64(case.s)
    for k, value in ipairs(case.top or {}) do close(metrics.top_k_accuracy_score(t, s, { k = k }), value, 1e-12) end
    close(metrics.log_loss(t, s), case.loss, 1e-12)
    close(metrics.log_loss(t, s, { normalize = false }), case.loss_sum, 1e-12)
    close(metrics.log_loss(t, s:log() + 3, { from_logits = true }), case.loss, 1e-9)
    close(metrics.roc_auc_score(t, s), case.macro, 1e-12)
    close(metrics.roc_auc_score(case.t, case.s, { average = "weighted" }), case.weighted, 1e-12)
    close(metrics.accuracy_score(t, s), case.accuracy, 1e-12)
    close(metrics.f1_score(t, s, { average = "macro" }), case.f1, 1e-12)
  end
end)

test("metrics of probabilities are scikit-learn's", function()
  for _, case in ipairs(expected.probabilities) do
    local t, s = int(case.t), f64(case.s)
    close(metrics.roc_auc_score(t, s), case.auc, 1e-12)
    close(metrics.log_loss(t, s), case.loss, 1e-12)
    close(metrics.accuracy_score(t, s), case.accuracy, 1e-12)
    close(metrics.accuracy_score(t, s, { threshold = 0.25 }), case.low, 1e-12)
    close(metrics.accuracy_score(t:eq(1), s:unsqueeze(2)), case.accuracy, 1e-12)
    close(metrics.f1_score(t:unsqueeze(2), s:unsqueeze(2)), case.f1, 1e-12)
  end
end)

test("metrics of numbers are scikit-learn's", function()
  for _, case in ipairs(expected.numbers) do
    for _, name in ipairs { "mean_absolute_error", "mean_squared_error", "root_mean_squared_error", "r2_score" } do
      close(metrics[name](case.t, f64(case.p)), case[name].mean, 1e-10)
      close(metrics[name](f64(case.t), case.p, { multioutput = "raw_values" }), case[name].raw, 1e-10)
    end
  end
end)

test("of equal scores the first comes first, so that top 1 is accuracy", function()
  local s = f64 { { 1, 1, 1 }, { 0, 2, 2 }, { 3, 0, 3 } }
  for class = 1, 3 do
    local t = lab.full({ 3 }, class, { dtype = "int64" })
    eq(metrics.top_k_accuracy_score(t, s, { k = 1 }), metrics.accuracy_score(t, s))
  end
  eq(metrics.top_k_accuracy_score({ 3, 3, 3 }, s, { k = 3, normalize = false }), 3)
end)

test("predictions may be of any dtype, columns, one-hot rows, or have a further dimension", function()
  local t, p = { 1, 2, 3, 3 }, { 1, 2, 2, 3 }
  for _, dtype in ipairs { "int64", "int32", "int8", "uint8", "float32", "float64", "float16", "bfloat16" } do
    eq(metrics.accuracy_score(int(t, dtype), int(p, dtype)), 0.75)
    eq(metrics.accuracy_score(t, lab.one_hot(int(p)):to(dtype)), 0.75)
    eq(metrics.accuracy_score(lab.one_hot(int(t)):to(dtype), int(p, dtype):unsqueeze(2)), 0.75)
    eq(metrics.mean_absolute_error(int(t, dtype), int(p)), 0.25)
  end
  eq(metrics.accuracy_score(lab.one_hot(int(t)):eq(1), lab.one_hot(int(p)):eq(1)), 0.75)
  eq(metrics.accuracy_score({ true, false }, { true, true }), 0.5)
  eq(metrics.accuracy_score({ false, true }, f64 { -0.5, 3 }, { threshold = 0 }), 1)
  local pixels = int { { 1, 2 }, { 2, 1 } }
  eq(metrics.confusion_matrix(pixels, f64 { { { 3, 0 }, { 0, 1 } }, { { 3, 0 }, { 0, 1 } } }), { { 1, 1 }, { 1, 1 } })
  eq(metrics.accuracy_score({ 1, 2 }, nn.Parameter(f64 { { 1, 0 }, { 0, 1 } })), 1)
  eq(metrics.accuracy_score({ 1, 2 }, { 1, 2 }, { normalize = false }), 2)
end)

test("the report prints as scikit-learn's and holds the numbers", function()
  for _, case in ipairs(expected.labels) do
    if case.report then
      local text = tostring(metrics.classification_report(case.t, case.p)):gsub("[ \n]+", " ")
      eq(text, (case.report:gsub("[ \n]+", " ")))
    end
  end
  local report = metrics.classification_report({ 1, 2, 2, 3 }, { 1, 2, 3, 3 }, { labels = { 2, 3 }, target_names = { "cat", "dog" }, digits = 3 })
  eq(report.cat, { precision = 1, recall = 0.5, f1 = 2 / 3, support = 2 })
  eq(report["micro avg"].recall, 2 / 3)
  eq(report.accuracy, nil)
  eq(tostring(report):match("dog +[%d. ]+"), "dog      0.500     1.000     0.667         1")
end)

test("R² of what does not vary, and of one sample", function()
  eq(metrics.r2_score({ 2, 2 }, { 2, 2 }), 1)
  eq(metrics.r2_score({ 2, 2 }, { 2, 3 }), 0)
  eq(metrics.r2_score({ 2 }, { 2 }), 0 / 0)
end)

test("what a metric cannot take is named", function()
  local accuracy, f1 = metrics.accuracy_score, metrics.f1_score
  fails(function() accuracy({ 1, 2 }, { 1 }) end, "accuracy_score: y_true is float64 (2) and y_pred float64 (1)")
  fails(function() accuracy({}, {}) end, "accuracy_score: y_true is empty")
  fails(function() accuracy(lab.zeros(0), { 1 }) end, "y_true is empty")
  fails(function() accuracy({ 1 }, lab.zeros(0, 3)) end, "y_pred is empty")
  fails(function() accuracy(3, { 1 }) end, "y_true should be a tensor or a list, got number")
  fails(function() accuracy({ 1 }, "a") end, "y_pred should be a tensor or a list, got string")
  fails(function() accuracy({ "cat" }, { "dog" }) end, "y_true should be a list of numbers or booleans")
  fails(function() accuracy({ 0, 1, 2 }, { 0, 1, 1 }) end, "label 0 beside label 2: classes count from 1 (labels from 0? use :add(1))")
  fails(function() accuracy({ 0, 1 }, lab.eye(2)) end, "label 0 of y_true: classes count from 1")
  fails(function() accuracy({ 1, 3 }, lab.eye(2)) end, "label 3 of y_true, but y_pred has 2 columns")
  fails(function() accuracy({ -1, 1 }, { 1, 1 }) end, "label -1")
  fails(function() accuracy({ 1.5 }, { 1 }) end, "y_true holds numbers with fractions")
  fails(function() accuracy(lab.rand(4, 3), { 1, 2, 3, 3 }) end, "y_true holds numbers with fractions; labels are classes from 1, or 0 and 1 (the order is y_true, y_pred)")
  fails(function() accuracy({ 0, 1 }, { 0 / 0, 1 }) end, "y_pred holds nan (the first at place 1 of 2)")
  fails(function() accuracy({ 0, 1 }, { -1.5, 2.5 }) end, "give {threshold=0} for logits")
  fails(function() accuracy({ 0, 2 }, { 0.5, 0.25 }) end, "label 2: with scores of one class the labels are 0 and 1")
  fails(function() accuracy({ 1 }, { 1 }, { normalise = false }) end, "unknown option 'normalise'; did you mean 'normalize'?")
  fails(function() accuracy({ 1 }, { 1 }, 3) end, "options are a table")
  fails(function() f1({ 1, 2, 3 }, { 1, 2, 3 }) end, "f1_score: there are 3 classes; give {average=\"macro\"}")
  fails(function() f1({ 1, 2 }, { 1, 2 }) end, "say which is positive with {pos_label=2}")
  fails(function() f1({ 0, 1 }, { 1, 1 }, { pos_label = 2 }) end, "pos_label=2 is not one of the labels 0 and 1")
  fails(function() f1({ 0, 1 }, { 1, 1 }, { average = "mean" }) end, 'average="mean": it is one of "binary", "macro"')
  fails(function() f1({ 0, 1 }, { 1, 1 }, { zero_division = 2 }) end, 'zero_division=2: it is 0, 1 or "nan"')
  fails(function() metrics.confusion_matrix({ 1, 2 }, { 2, 2 }, { labels = { 0, 1 } }) end, "labels: 0 is not one of the labels, which count from 1")
  fails(function() metrics.confusion_matrix({ 1, 2 }, { 2, 2 }, { normalize = "rows" }) end, 'normalize="rows": it is one of "true", "pred", "all"')
  fails(function() metrics.confusion_matrix({ 1, 20000 }, { 1, 2 }) end, "a label is 20000: are these classes?")
  fails(function() f1({ 1, 1e12 }, { 1, 2 }, { average = "macro" }) end, "f1_score: a label is 1000000000000: are these classes?")
  fails(function() metrics.log_loss({ 0, 1 }, { 0.5, 1.5 }) end, "give {from_logits=true}")
  fails(function() metrics.log_loss({ 1, 2 }, lab.ones(2, 2)) end, "each row adding up to 1")
  fails(function() metrics.log_loss({ 0, 1 }, lab.ones(2, 2)) end, "classes from 1 to 2")
  fails(function() metrics.roc_auc_score({ 1, 1 }, { 0.5, 0.75 }) end, "only one class")
  fails(function() metrics.top_k_accuracy_score({ 1, 1 }, { 0.5, 0.75 }) end, "a column for each class")
  fails(function() metrics.top_k_accuracy_score({ 1, 1 }, lab.ones(2, 2), { k = 0 }) end, "k is 0: it counts from 1")
  fails(function() metrics.r2_score({ 1, 2 }, lab.zeros(2, 2)) end, "r2_score: y_true is float64 (2) and y_pred float32 (2, 2)")
  fails(function() metrics.r2_score({ 1, 2 }, { 1, 2 }, { multioutput = "no" }) end, 'multioutput="no"')
  fails(function() metrics.classification_report({ 1, 2 }, { 1, 2 }, { target_names = { "a" } }) end, "a list of 2 names")
  fails(function() metrics.get("acuracy") end, "unknown metric 'acuracy'; did you mean 'accuracy'?")
end)
