--- The picture of a training run: which panels there are for a size, what is in them, and how they are brought up to date.
--
--     header
--     loss                                            everything else goes before this does
--     metric | gradient norm | gradients | layers     so many as there is room for
--     alerts, or the values reached
--
-- A picture is made for a size and a choice of panels and kept; a frame replaces what its panels hold.
-- @local
-- @module plot.train_view

local console = require "lab.console"
local core = require "plot.core"
local limits = require "plot.train_limits"
local text = require "plot.train_text"

local track = core.track

local BLUE, ORANGE, GREEN, PINK, RED, GRAY = 1, 2, 3, 4, 6, 8
local MARKS = 12 -- rules for what happened

local view = {}

local none

-- An empty series, to be replaced.
local function add(panel, kind, style)
  none = none or core.numbers({}, "train")
  return core.add(panel, kind, none, none, kind == "band" and setmetatable({ y2 = none }, { __index = style }) or style)
end

local function note(panel, options) return core.note(panel, options) end

-- ---- lines of text ----------------------------------------------------------------------------------

-- A panel of one row without axes: notes at its columns.
local function text_panel(panel)
  core.axes(panel, false)
  core.limits(panel, "x", 0, 1)
  core.limits(panel, "y", 0, 1)
end

local function put(panel, index, x, align, words, color)
  local options = { kind = "note", axis = "x", at = x, to = 0.5, align = align, text = words, color = color }
  if index then core.replace_note(panel, index, options) return index end
  return note(panel, options)
end

-- As long as the line, so that the next text finds room in its memory.
local function padded(words, columns) return words .. (" "):rep(columns - console.columns(words)) end

local function header(panel, columns)
  text_panel(panel)
  local title = put(panel, nil, 0, -1, "", BLUE)
  local rest = put(panel, nil, 0, -1, "", GRAY)
  return function(run)
    local name, line = text.header(run, columns)
    local width = console.columns(name)
    put(panel, title, 1.5 / columns, -1, name, BLUE)
    put(panel, rest, math.min((width > 0 and width + 4.5 or 1.5) / columns, 1), -1, padded(line, columns - width - 5), GRAY)
  end
end

local function footer(panel, columns)
  text_panel(panel)
  local index = put(panel, nil, 0, -1, "", GRAY)
  local warning = put(panel, nil, 0, -1, "", RED)
  return function(run)
    local alerts = text.alerts(run)
    local line = #alerts > 0 and "! " .. table.concat(alerts, "   ! ") or ""
    put(panel, index, 1.5 / columns, -1, #alerts == 0 and padded(console.cut(text.values(run), columns - 1), columns - 1) or "", GRAY)
    put(panel, warning, 1.5 / columns, -1, console.cut(line, columns - 1), RED)
  end
end

-- ---- axes -------------------------------------------------------------------------------------------

-- The steps that the x axes show.
local function last_step(run)
  if run.total and run.step <= run.total then return run.total end
  return math.max(limits.round(math.max(run.step, 1), true), 10)
end

local function set_x(panel, run)
  core.limits(panel, "x", 0, last_step(run))
end

-- The range of a track and its validation, without far outliers of the track.
local function range_of(run, name, positive)
  local lo, hi = track.bulk(run.recorder, name, positive)
  local val = track.facts(run.recorder, "val_" .. name)
  if val and val.lowest and (not positive or val.lowest > 0) then
    lo, hi = math.min(lo or val.lowest, val.lowest), math.max(hi or val.highest, val.highest)
  end
  return lo, hi
end

-- Does the axis of these values need equal factors?  Once it does it stays so.
local function wants_log(run, name)
  local facts, val = track.facts(run.recorder, name), track.facts(run.recorder, "val_" .. name)
  if run.scale ~= "auto" then return run.scale == "log" end
  if not facts or not facts.lowest or facts.lowest <= 0 or (val and val.lowest and val.lowest <= 0) then
    run.logs[name] = false
  elseif not run.logs[name] then
    local lo, hi = range_of(run, name, true)
    run.logs[name] = lo ~= nil and hi / lo > 20
  end
  return run.logs[name]
end

-- Sets scale and limits of the y axis; returns them, nil if there is nothing.
local function set_y(panel, run, name, log)
  local lo, hi = range_of(run, name, log)
  core.scale(panel, "y", log and "log" or "linear")
  if not lo then return nil end
  local held = limits.of(run.limits[name], lo, hi, log)
  run.limits[name] = held
  core.limits(panel, "y", held[1], held[2])
  return held
end

-- ---- loss -------------------------------------------------------------------------------------------

local function rate_axis(panel, run)
  local rate = track.facts(run.recorder, "lr")
  local shown = rate and rate.lowest and rate.lowest > 0
  if shown then
    core.scale(panel, "right", "log")
    local low, high = limits.decades(rate.lowest, rate.highest)
    core.limits(panel, "right", low * 0.7, high * 1.4)
  end
end

local function train_label(run, held)
  local above = held and track.above(run.recorder, "loss", held[2]) or 0
  return above == 0 and "train" or ("train (%d above ↑)"):format(above)
end

local function validation_label(run)
  if not run.best then return "val" end
  return ("val (★ %s, %s)"):format(("%.4g"):format(run.best.value),
    run.per_epoch and ("epoch %d"):format((run.best.place - 1) // run.per_epoch + 1) or ("step %d"):format(run.best.place))
end

-- Rules that were not there yet.
local function put_marks(panel, run, shown)
  for i = shown + 1, math.min(#run.marks, MARKS) do
    note(panel, { kind = "rule", axis = "x", at = run.marks[i][1], text = run.marks[i][2] })
  end
  return math.min(#run.marks, MARKS)
end

-- Dots at validations that stand apart.
local function dots(run, columns) return run.validations <= columns // 5 and "●" or nil end

-- A sign at a place, or out of sight.
local function put_sign(panel, index, x, y, marker, color)
  core.replace_note(panel, index, { kind = "note", axis = "x", at = x or -1, to = y or 0, marker = marker, color = color })
end

local function loss_panel(panel, run, columns, roomy)
  local has_rate = track.facts(run.recorder, "lr") ~= nil
  core.label(panel, "y", "loss")
  if roomy then core.label(panel, "x", "step") end
  local band = add(panel, "band", { color = BLUE })
  local rate = has_rate and add(panel, "line", { color = GRAY, right = true, faint = true, dashed = true })
  local train = add(panel, "line", { color = BLUE })
  local val = add(panel, "line", { color = ORANGE, marker = "●" })
  local star = note(panel, { kind = "note", axis = "x", at = -1, to = 0, marker = "★", color = 5 })
  local bad = note(panel, { kind = "note", axis = "x", at = -1, to = 0, marker = "▲", color = RED })
  if has_rate then core.label(panel, "right", "lr") end
  local shown = 0
  return function()
    local recorder, log = run.recorder, wants_log(run, "loss")
    set_x(panel, run)
    local held = set_y(panel, run, "loss", log)
    if has_rate then rate_axis(panel, run) end
    shown = put_marks(panel, run, shown)
    track.draw(panel, band, recorder, "loss", "band", { color = BLUE })
    if rate then
      track.draw(panel, rate, recorder, "lr", "highest", { color = GRAY, right = true, faint = true, dashed = true })
    end
    track.draw(panel, train, recorder, "loss", "average", { color = BLUE, label = train_label(run, held) })
    local has_val = track.facts(recorder, "val_loss") ~= nil
    track.draw(panel, val, recorder, "val_loss", "values",
      { color = ORANGE, marker = dots(run, columns), label = has_val and validation_label(run) or nil })
    local best, facts = run.best, track.facts(recorder, "loss")
    put_sign(panel, star, best and best.place, best and best.value, "★", 5)
    put_sign(panel, bad, facts and facts.first_bad, held and (log and held[1] * 1.0001 or held[1]), "▲", RED)
  end
end

-- ---- the others -------------------------------------------------------------------------------------

local function metric_panel(panel, run, columns)
  local name = run:_metric()
  local train = add(panel, "line", { color = GREEN })
  local val = add(panel, "line", { color = ORANGE, marker = "●" })
  return function()
    local gap, words = text.gap(run, name), name:gsub("_", " ")
    core.label(panel, "y", gap and ("%s  %s"):format(words, gap) or words)
    set_x(panel, run)
    set_y(panel, run, name, false)
    track.draw(panel, train, run.recorder, name, "average", { color = GREEN, label = "train" })
    track.draw(panel, val, run.recorder, "val_" .. name, "values", { color = ORANGE, marker = dots(run, columns),
      label = track.facts(run.recorder, "val_" .. name) and "val" or nil })
  end
end

local function norm_panel(panel, run)
  local band = add(panel, "band", { color = PINK })
  local line = add(panel, "line", { color = PINK })
  core.label(panel, "y", "gradient norm")
  if run.clip then note(panel, { kind = "rule", axis = "y", at = run.clip, text = ("clip %g"):format(run.clip), color = RED }) end
  return function()
    set_x(panel, run)
    set_y(panel, run, "grad_norm", wants_log(run, "grad_norm"))
    track.draw(panel, band, run.recorder, "grad_norm", "band", { color = PINK })
    track.draw(panel, line, run.recorder, "grad_norm", "average", { color = PINK })
  end
end

local function spread_panel(panel, run)
  none = none or core.numbers({}, "train")
  local image = core.image(panel, { z = core.numbers({ 0 }, "train"), rows = 1, cols = 1, x = { 0, 1 }, y = { 0, 1 }, range = { 0, 4 } })
  core.label(panel, "y", "log10 |gradient|")
  return function()
    local lo, hi = track.draw_spread(panel, image, run.recorder)
    set_x(panel, run)
    if not lo then return end
    local held = run.limits.spread
    if not held or lo < held[1] or hi > held[2] then held = { math.floor(lo), math.ceil(hi) } end
    run.limits.spread = held
    core.limits(panel, "y", held[1], held[2])
  end
end

local LEAST, MOST, RULE = -6, 0, -3 -- decades of update over weight

-- A row for each layer: its name, a bar, the ratio.
local function layers_panel(panel, run, columns, rows)
  local widest, count = 4, math.min(#run.ratios, rows)
  for i = 1, count do widest = math.max(widest, console.columns(run.ratios[i][1])) end
  widest = math.min(widest, columns // 3)
  local pitch = rows >= 2 * count and 2 or 1 -- rows of a layer
  local left, right = (widest + 2) / columns, 1 - 9 / columns
  local function place(decade)
    return left + math.min(math.max((decade - LEAST) / (MOST - LEAST), 0), 1) * (right - left)
  end
  core.title(panel, "update / weight  (┊ 1e-3)")
  core.axes(panel, false)
  core.limits(panel, "x", 0, 1)
  core.limits(panel, "y", 0, rows)
  local good = core.add(panel, "rects", none, none, { x2 = none, y2 = none, color = GREEN, across = true })
  local odd = core.add(panel, "rects", none, none, { x2 = none, y2 = none, color = RED, across = true })
  note(panel, { kind = "rule", axis = "x", at = place(RULE) })
  local names, values = {}, {}
  for i = 1, count do
    local y = rows - pitch * (i - 1) - 0.5
    names[i] = note(panel, { kind = "note", axis = "x", at = 0.5 / columns, to = y, align = -1, text = "", color = GRAY })
    values[i] = note(panel, { kind = "note", axis = "x", at = 1, to = y, align = 1, text = "", color = GRAY })
  end
  local function draw_bars(index, list, color)
    local x, y, x2, y2 = {}, {}, {}, {}
    for i, bar in ipairs(list) do x[i], y[i], x2[i], y2[i] = left, bar[1] - 0.5, bar[2], bar[1] + 0.5 end
    local n = function(v) return core.numbers(v, "train") end
    core.replace(panel, index, "rects", n(x), n(y), { x2 = n(x2), y2 = n(y2), color = color, across = true })
  end
  return function()
    local fine, off = {}, {}
    for i = 1, math.min(count, #run.ratios) do
      local name, ratio = run.ratios[i][1], run.ratios[i][2]
      local decade = ratio > 0 and math.log(ratio, 10) or LEAST
      local list = decade >= -4.5 and decade <= -1.5 and fine or off
      local y = rows - pitch * (i - 1) - 0.5
      list[#list + 1] = { y, place(decade) }
      core.replace_note(panel, names[i], { kind = "note", axis = "x", at = 0.5 / columns, to = y, align = -1,
        text = console.cut(name, widest), color = GRAY })
      core.replace_note(panel, values[i], { kind = "note", axis = "x", at = 1, to = y, align = 1, text = ("%.1e"):format(ratio),
        color = GRAY })
    end
    draw_bars(good, fine, GREEN)
    draw_bars(odd, off, RED)
  end
end

-- ---- the whole --------------------------------------------------------------------------------------

local makers = { metric = metric_panel, norm = norm_panel, spread = spread_panel, layers = layers_panel }

-- The panels below the loss that there are data for, the most telling first.
local function choices(run)
  local list = {}
  if run:_metric() then list[#list + 1] = "metric" end
  local norm = track.facts(run.recorder, "grad_norm")
  if norm and norm.n > 1 then list[#list + 1] = "norm" end
  if #run.ratios > 0 then
    list[#list + 1] = "layers"
    list[#list + 1] = "spread"
  end
  return list
end

-- How the rows and columns are used.
local function plan(run, columns, rows)
  local p = { columns = columns, rows = rows, header = rows >= 8 and 1 or 0, footer = rows >= 12 and 1 or 0, below = {} }
  local rest = rows - p.header - p.footer
  local most = columns >= 150 and 4 or columns >= 100 and 3 or columns >= 56 and 2 or 0
  p.bottom = 0
  if rest >= 18 and most > 0 then
    for _, name in ipairs(choices(run)) do
      if #p.below < most then p.below[#p.below + 1] = name end
    end
    if #p.below > 0 then p.bottom = math.max(8, rest * 2 // 5) end
  end
  p.loss = rest - p.bottom
  p.key = table.concat({ columns, rows, table.concat(p.below, ","), tostring(track.facts(run.recorder, "lr") ~= nil), #run.ratios }, " ")
  return p
end

-- The numbers of the panels of each place, and how high the rows are.
local function arrange(figure, p)
  local n = math.max(#p.below, 1)
  local places, heights, panel = {}, {}, 0
  local function row(height, each)
    if height == 0 then return end
    heights[#heights + 1] = height
    for i = 1, n do
      if i == 1 or each then panel = panel + 1 end
      places[#places + 1] = panel
    end
  end
  row(p.header)
  row(p.loss)
  row(p.bottom, true)
  row(p.footer)
  core.panels(figure, #heights, n, places)
  core.weights(figure, "y", heights)
end

local function build(run, p)
  local figure = core.new()
  arrange(figure, p)
  local updates, number = {}, 0
  local function next_panel()
    number = number + 1
    return core.panel(figure, number)
  end
  if p.header > 0 then updates[#updates + 1] = header(next_panel(), p.columns) end
  updates[#updates + 1] = loss_panel(next_panel(), run, p.columns, p.loss >= 20)
  local wide = p.columns // math.max(#p.below, 1) - 2
  for _, name in ipairs(p.below) do updates[#updates + 1] = makers[name](next_panel(), run, wide, p.bottom - 3) end
  if p.footer > 0 then updates[#updates + 1] = footer(next_panel(), p.columns) end
  return { figure = figure, key = p.key, updates = updates }
end

-- The picture for so many columns and rows, up to date; HELD: the one there was, or nil.
function view.draw(run, held, columns, rows)
  local p = plan(run, columns, rows)
  if not held or held.key ~= p.key then held = build(run, p) end
  for _, update in ipairs(held.updates) do update(run) end
  return held
end

return view
