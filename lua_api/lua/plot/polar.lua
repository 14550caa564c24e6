--- Polar plots: lines and points by angle and radius.
-- @module plot.polar

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local OPTIONS = { "kind", "degrees", "names", "closed", "marker", "label", "color", "rlim" }
local SPOKES = 8
local DETAIL = 120 -- points of a ring

local function numbers(list) return core.numbers(list, "polar") end

-- A round step for about three rings up to most.
local function ring_step(most)
  local unit = 10 ^ math.floor(math.log(most / 3, 10))
  for _, times in ipairs { 1, 2, 2.5, 5, 10 } do
    if most / (times * unit) <= 4 then return times * unit end
  end
end

local function add_ring(target, radius)
  local x, y, x2, y2 = {}, {}, {}, {}
  for i = 1, DETAIL do
    local angle, next_angle = 2 * math.pi * (i - 1) / DETAIL, 2 * math.pi * i / DETAIL
    x[i], y[i] = radius * math.cos(angle), radius * math.sin(angle)
    x2[i], y2[i] = radius * math.cos(next_angle), radius * math.sin(next_angle)
  end
  core.add(target, "segments", numbers(x), numbers(y), { x2 = numbers(x2), y2 = numbers(y2), color = 9, faint = true })
end

-- Spokes at the angles, with their names outside.
local function add_spokes(target, angles, names, radius)
  local zero, x, y = {}, {}, {}
  for i, angle in ipairs(angles) do
    local c, s = math.cos(angle), math.sin(angle)
    zero[i], x[i], y[i] = 0, radius * c, radius * s
    core.note(target, { kind = "note", at = 1.08 * radius * c, to = 1.1 * radius * s, text = names[i],
      align = c > 0.3 and -1 or c < -0.3 and 1 or 0 })
  end
  core.add(target, "segments", numbers(zero), numbers(zero), { x2 = numbers(x), y2 = numbers(y), color = 9, faint = true })
end

local function add_grid(target, angles, names, most)
  local step = ring_step(most)
  local rings = math.max(1, math.ceil(most / step - 1e-9))
  for i = 1, rings do
    add_ring(target, i * step)
    core.note(target, { kind = "note", at = 0, to = i * step, text = ("%.6g"):format(i * step), align = 0 })
  end
  add_spokes(target, angles, names, rings * step)
  local longest = 0
  for _, name in ipairs(names) do longest = math.max(longest, utf8.len(name) or #name) end
  local reach = rings * step
  core.limits(target, "x", -reach * (1.15 + 0.05 * longest), reach * (1.15 + 0.05 * longest))
  core.limits(target, "y", -reach * 1.2, reach * 1.2)
end

-- Named spokes go clockwise from the top, angles the other way from the right.
local function turned(names, angle) return names and math.pi / 2 - angle or angle end

-- Where the spokes stand and what they are called: at the names, or every 45 degrees.
local function spokes_of(op, names)
  local angles, texts = {}, {}
  local count = names and #names or SPOKES
  if count == 0 then call.fail("%s: names is empty", op) end
  for i = 1, count do
    angles[i] = turned(names, 2 * math.pi * (i - 1) / count)
    texts[i] = names and names[i] or ("%d°"):format((i - 1) * 360 // SPOKES)
  end
  return angles, texts
end

-- The angles: given ones in radians, or evenly round.
local function angles_of(op, args, r, names)
  local angles = {}
  if args.theta == nil then
    for i = 1, #r do angles[i] = turned(names, 2 * math.pi * (i - 1) / #r) end
    return angles
  end
  local theta = call.numbers_like(op, "theta", args.theta, "r", r)
  local unit = settings.boolean(op, "degrees", args.degrees) and math.pi / 180 or 1
  for i = 1, #theta do angles[i] = turned(names, theta[i] * unit) end
  return angles
end

local function greatest(op, r, rlim)
  if rlim ~= nil then
    rlim = call.number(op, "rlim", rlim)
    if rlim <= 0 then call.fail("%s: rlim, the radius of the outer ring, should be above 0", op) end
    return rlim
  end
  local summary = core.summary(r)
  if summary.count == 0 then call.fail("%s: no radius is finite: there is nothing to draw", op) end
  local most = math.max(math.abs(summary.low), math.abs(summary.high))
  return most > 0 and most < 1e300 and most or 1
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "theta", "r" }, OPTIONS, ...)
  if args.r == nil then args.theta, args.r = nil, args.theta end
  local r, x, y = call.numbers(op, "r", args.r), {}, {}
  local names = call.strings(op, "names", args.names)
  if names and args.theta == nil and #names ~= #r then
    call.fail("%s: %d radii and %d names; both must be as many", op, #r, #names)
  end
  local kind = settings.choice(op, "kind", args.kind, { "line", "scatter" }) or "line"
  local angles, most = angles_of(op, args, r, names), greatest(op, r, args.rlim)
  local places, texts = spokes_of(op, names)
  local closed = settings.boolean(op, "closed", args.closed)
  if closed == nil then closed = args.theta == nil end
  for i, angle in ipairs(angles) do x[i], y[i] = r[i] * math.cos(angle), r[i] * math.sin(angle) end
  if kind == "line" and closed then x[#x + 1], y[#y + 1] = x[1], y[1] end
  local style = { label = settings.text(op, "label", args.label), color = call.color(op, args.color),
    marker = call.marker(op, args.marker) }
  if core.size(target) == 0 then
    add_grid(target, places, texts, most)
    core.equal(target, true)
    core.axes(target, false)
  end
  core.add(target, kind, numbers(x), numbers(y), style)
  return set(target)
end

--- Polar plots: plot.polar(theta, r), plot.polar(r), plot.polar{theta=, r=, …}.
--
-- Lines or points by angle, in radians counter-clockwise from the right, and
-- radius.  Without theta the radii stand evenly all round and the line is closed:
-- with names, which go clockwise from the top, a radar chart.  Rings and spokes are those of the panel's first call.
-- @param theta the angles
-- @param r the radii, as many
-- @tparam[opt] table options
-- kind: "line" or "scatter"; degrees=true: theta is in degrees;
-- names: of the spokes, instead of angles; closed: joins the last point to the first;
-- rlim: the radius of the outer ring; marker, label, color;
-- title, legend
-- @treturn plot.Figure
-- @example plot.polar({3, 5, 4, 2, 4}, {names={"speed", "size", "cost", "range", "mass"}})
-- @example plot.polar(lab.linspace(0, 6.28, 100), lab.linspace(0, 1, 100))
function plot.polar(...) return draw(core.new(), "plot.polar", ...) end

--- Adds lines or points by angle and radius; the arguments are those of plot.polar.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.polar
-- @example plot.figure():polar({1, 2, 3}):polar({3, 2, 1})
function Figure:polar(...) return draw(self, "polar", ...) end
