--- The table of precision, recall and F1 of every class.
-- @module metrics.report

local arguments = require "metrics.arguments"
local counts = require "metrics.counts"

local columns = { "precision", "recall", "f1", "support" }

local Report = { __name = "classification_report" }

local function row_text(name, row, width, digits)
  local cells = { ("%" .. width .. "s "):format(name) }
  for i, column in ipairs(columns) do
    local value = row[column]
    cells[i + 1] = i == 4 and ("%10d"):format(value) or value and ("%10." .. digits .. "f"):format(value) or (" "):rep(10)
  end
  return table.concat(cells)
end

function Report:__tostring()
  local layout = getmetatable(self).layouts[self]
  local width, digits = #"weighted avg", layout.digits
  for _, name in ipairs(layout.names) do width = math.max(width, utf8.len(name) or #name) end
  local lines = { (" "):rep(width + 1) .. (" precision    recall  f1-score   support"), "" }
  for i, name in ipairs(layout.names) do
    local padded = (" "):rep(width - (utf8.len(name) or #name)) .. name
    lines[#lines + 1] = row_text(padded, self[layout.keys[i]], width, digits)
  end
  lines[#lines + 1] = ""
  for _, key in ipairs { "accuracy", "micro avg", "macro avg", "weighted avg" } do
    local row = self[key]
    if type(row) == "number" then row = { f1 = row, support = self["macro avg"].support } end
    if row then lines[#lines + 1] = row_text(key, row, width, digits) end
  end
  return table.concat(lines, "\n")
end

Report.layouts = setmetatable({}, { __mode = "k" }) -- how each report is printed, apart from its values

-- The labels to report: those asked for, or those that occur.
local function labels_of(c, given)
  if given then return given end
  local labels = {}
  for place, n in ipairs((c.support + c.predicted):tolist()) do
    if n > 0 then labels[#labels + 1] = place + c.base - 1 end
  end
  return labels
end

local function scores(op, c, o)
  local row = {}
  for i = 1, 3 do row[columns[i]] = counts.score(op, columns[i], c, o) end
  return row
end

local function check_names(op, names, labels)
  if names == nil then return end
  if type(names) ~= "table" or #names ~= #labels then
    arguments.fail(op, "target_names should be a list of %d names, one for each class that is reported", #labels)
  end
end

--- Precision, recall and F1 of every class, and their averages: a table that prints as one.
-- @param y_true labels (N): classes from 1, or 0 and 1
-- @param y_pred labels (N), scores (N, C), or scores of the positive class (N) or (N, 1)
-- @tparam[opt] table options labels: the classes to report (those that occur); target_names: what to call them; digits=2;
--   threshold=0.5; zero_division=0
-- @treturn table report[label or name] = {precision=, recall=, f1=, support=}, the same at "macro avg" and "weighted avg"
--   (and "micro avg" where `labels` leaves some out), and report.accuracy
-- @example metrics.classification_report({1, 2, 2}, {1, 2, 1})[2].recall --> 0.5
-- @example metrics.classification_report({0, 1, 1}, {0, 1, 1}, {target_names={"ham", "spam"}}).spam.support --> 2
local function classification_report(y_true, y_pred, options)
  local op = "classification_report"
  local o = arguments.options(op, options, { { "labels" }, { "target_names" }, { "digits", 2, kind = "size" },
    { "threshold", kind = "number" }, { "zero_division", 0 } })
  local c = counts.of(op, y_true, y_pred, o.threshold)
  local labels = labels_of(c, o.labels)
  check_names(op, o.target_names, labels)
  local choice = { average = "none", labels = labels, zero_division = o.zero_division }
  local rows, report, names, keys, total = scores(op, c, choice), {}, {}, {}, 0
  local support = c.support:tolist()
  for i, label in ipairs(labels) do
    local n = math.tointeger(support[label - c.base + 1] or 0)
    keys[i] = o.target_names and o.target_names[i] or label
    names[i] = tostring(keys[i])
    total = total + n
    report[keys[i]] = { precision = rows.precision[i], recall = rows.recall[i], f1 = rows.f1[i], support = n }
  end
  local all = #labels_of(c, nil) == #labels and total == math.tointeger(c.support:sum():item())
  for _, average in ipairs { "micro", "macro", "weighted" } do
    choice.average = average
    local row = scores(op, c, choice)
    row.support = total
    if average == "micro" and all then report.accuracy = row.f1 else report[average .. " avg"] = row end
  end
  Report.layouts[report] = { names = names, keys = keys, digits = o.digits }
  return setmetatable(report, Report)
end

return classification_report
