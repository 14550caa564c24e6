--- Curves of scores: ROC, precision and recall, calibration.
-- @module plot.curves

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local Figure = core.Figure
local OPTIONS = { "label", "names" }

-- What metrics give; their messages speak of this plot.
local function ask(op, name, ...)
  local found = table.pack(pcall(metrics[name], ...))
  if found[1] then return table.unpack(found, 2, found.n) end
  return call.fail("%s", (tostring(found[2]):gsub("^.-" .. name .. ": ", op .. ": ")))
end

-- Is it a list of the scores of several models?
local function is_several(score)
  local first = call.is_plain(score) and score[1]
  return lab.is_tensor(first) and first:numel() > 1 or type(first) == "table"
end

local function label_of(op, label, i)
  if call.is_plain(label) then label = label[i] end
  return settings.text(op, "label", label)
end

-- One curve for each class of scores (N, C), C > 2; of two classes for the second.
local function add_classes(op, list, target, score, names, label)
  local n = score:size(1)
  local classes = values.classes(op, "target", target, n)
  local base = math.min(1, values.different(classes)[1] or 1)
  local all, numbers = score:size(2), lab.tensor(classes, { dtype = "int64" })
  for k = all == 2 and 2 or 1, all do
    local name = all == 2 and label or (all > 2 or names) and values.name_of(op, names, k - 1 + base, base) or nil
    list[#list + 1] = { numbers:eq(k - 1 + base), score:select(2, k):to("cpu"), name }
  end
end

-- The curves that a call asks for: a list of {target, score, label}.
local function curves_of(op, args)
  if args.target == nil or args.score == nil then
    call.fail("%s: no data: give the true classes and the scores of a model", op)
  end
  local several, list, target = is_several(args.score), {}, args.target
  if lab.is_tensor(target) then target = target:to "cpu" end
  local names = call.strings(op, "names", args.names)
  for i, score in ipairs(several and args.score or { args.score }) do
    score = values.tensor(op, "score", score, "scores (N), (N, 1) or (N, classes)")
    local label = label_of(op, args.label, i)
    if score:dim() > 2 or score:dim() == 0 then
      call.fail("%s: score should be scores (N), (N, 1) or (N, classes), got %s", op, core.describe(score))
    end
    if score:dim() == 2 and score:size(2) > 1 then
      add_classes(op, list, target, score, names, label)
    else
      list[#list + 1] = { target, score:to("cpu"), label }
    end
  end
  return list
end

local function labelled(label, what, value)
  return label and ("%s (%s %.3f)"):format(label, what, value) or ("%s %.3f"):format(what, value)
end

local function add_line(target, op, x, y, style)
  core.add(target, "line", core.numbers(x, op), core.numbers(y, op), style)
end

-- Axes from 0 to 1, with these labels unless others are given.
local function frame(target, s, xlabel, ylabel)
  for axis, label in pairs { x = xlabel, y = ylabel } do
    core.limits(target, axis, 0, 1)
    if not s[axis .. "label"] then core.label(target, axis, label) end
  end
end

-- The line that guessing gives.
local function add_diagonal(target, op, label)
  add_line(target, op, { 0, 1 }, { 0, 1 }, { faint = true, dashed = true, color = 8, label = label })
end

local function roc(target, op, ...)
  local args, set, s = call.take(op, { "target", "score" }, OPTIONS, ...)
  local found = curves_of(op, args)
  for i, c in ipairs(found) do
    local x, y = ask(op, "roc_curve", c[1], c[2])
    found[i] = { x, y, labelled(c[3], "AUC", metrics.auc(x, y)) }
  end
  for _, c in ipairs(found) do add_line(target, op, c[1], c[2], { label = c[3] }) end
  add_diagonal(target, op)
  frame(target, s, "false positive rate", "true positive rate")
  return set(target)
end

-- A step at each place: precision at a recall holds down to the next lower recall.
local function steps_of(recall, precision)
  local x, y, n = {}, {}, #recall
  for i = 1, n do
    if i > 1 then x[#x + 1], y[#y + 1] = recall[i - 1], precision[i] end
    x[#x + 1], y[#y + 1] = recall[i], precision[i]
  end
  return x, y
end

local function precision_recall(target, op, ...)
  local args, set, s = call.take(op, { "target", "score" }, OPTIONS, ...)
  local found = curves_of(op, args)
  for i, c in ipairs(found) do
    local precision, recall = ask(op, "precision_recall_curve", c[1], c[2], { drop_intermediate = true })
    local x, y = steps_of(core.numbers(recall, op), core.numbers(precision, op))
    found[i] = { x, y, labelled(c[3], "AP", metrics.average_precision_score(c[1], c[2])) }
  end
  for _, c in ipairs(found) do add_line(target, op, c[1], c[2], { label = c[3] }) end
  frame(target, s, "recall", "precision")
  return set(target)
end

local function calibration(target, op, ...)
  local args, set, s = call.take(op, { "target", "score" }, { "label", "names", "bins", "strategy" }, ...)
  local bins = call.integer(op, "bins", args.bins, 1, 1000) or 10
  local found = curves_of(op, args)
  for i, c in ipairs(found) do
    local part, mean, count = ask(op, "calibration_curve", c[1], c[2], { n_bins = bins, strategy = args.strategy })
    local weights = count:to("float64") / count:sum():item()
    found[i] = { mean, part, labelled(c[3], "ECE", ((part - mean):abs() * weights):sum():item()) }
  end
  for _, c in ipairs(found) do add_line(target, op, c[1], c[2], { label = c[3], marker = "o" }) end
  add_diagonal(target, op)
  frame(target, s, "mean probability", "part that is positive")
  return set(target)
end

--- The ROC curve: plot.roc(target, score).
--
-- Each threshold of the score has a place: how many of the negative samples reach it, and how many of the
-- positive ones.  The legend says the area below the curve (AUC); guessing is the diagonal.
-- @param target 0 and 1 or false and true (N); classes beside scores (N, classes)
-- @param score scores (N) or (N, 1); (N, classes): a curve for each class against the others, of
-- two classes for the second; a list of such for several models
-- @tparam[opt] table options label, a list for several models; names: a list of what the
-- classes are called; title and the others of plot.figure
-- @treturn plot.Figure
-- @see metrics.roc_curve, metrics.roc_auc_score
-- @example plot.roc({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8})
-- @example plot.roc({0, 0, 1, 1}, {{0.1, 0.4, 0.35, 0.8}, {0.2, 0.3, 0.7, 0.9}}, {label={"small", "large"}})
-- @example plot.roc({0, 1}, {0.1, 0.2, 0.3}) --> error: plot.roc
function plot.roc(...) return roc(core.new(), "plot.roc", ...) end

--- Adds a ROC curve; the arguments are those of plot.roc.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.roc
-- @example plot.figure{title="test"}:roc({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8})
function Figure:roc(...) return roc(self, "roc", ...) end

--- Precision over recall: plot.precision_recall(target, score).
--
-- The legend says the average precision (AP).  The arguments are those of plot.roc.
-- @param target 0 and 1 or false and true (N); classes beside scores (N, classes)
-- @param score scores (N), (N, 1) or (N, classes), or a list of such
-- @tparam[opt] table options label, names; title and the others of plot.figure
-- @treturn plot.Figure
-- @see plot.roc, metrics.precision_recall_curve
-- @example plot.precision_recall({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}, {label="model"})
function plot.precision_recall(...) return precision_recall(core.new(), "plot.precision_recall", ...) end

--- Adds precision over recall; the arguments are those of plot.precision_recall.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.precision_recall
-- @example plot.figure{title="test"}:precision_recall({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8})
function Figure:precision_recall(...) return precision_recall(self, "precision_recall", ...) end

--- Whether probabilities can be believed: plot.calibration(target, probability).
--
-- In bins of the probability: how often samples are positive.  Those of a model that can be believed lie on
-- the diagonal; the legend says the mean distance from it, weighed by samples (ECE).
-- @param target 0 and 1 or false and true (N); classes beside probabilities (N, classes)
-- @param score probabilities (N), (N, 1) or (N, classes), or a list of such
-- @tparam[opt] table options bins=10; strategy="uniform", or "quantile": bins with equally many samples;
-- label, names; title and the others of plot.figure
-- @treturn plot.Figure
-- @see plot.roc, metrics.calibration_curve
-- @example plot.calibration({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}, {bins=4})
-- @example plot.calibration({0, 1}, {-2, 2}) --> error: probabilities
function plot.calibration(...) return calibration(core.new(), "plot.calibration", ...) end

--- Adds a calibration curve; the arguments are those of plot.calibration.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.calibration
-- @example plot.figure{title="test"}:calibration({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}, {bins=4})
function Figure:calibration(...) return calibration(self, "calibration", ...) end
