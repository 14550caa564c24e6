--- Plots: figures of numbers, drawn in text.
--
-- Data are tensors (of any dtype, shape and device), lists of numbers, columns
-- of frames or functions.  Every kind of plot returns a figure.  As the value of
-- a cell or at the prompt it is shown at once, and print(f) shows it, too; a
-- script calls f:show():
--
--     plot.line(losses):show()
--     local f = plot.figure{title="fit"}
--     f:scatter(x, y, {label="data"}):line(x, model(x), {label="model"}):show()
--
-- Columns of a frame may be given by their names, which the axes then have, too:
--
--     local ships = data.read_csv("titanic.csv")
--     plot.scatter(ships, {x="age", y="fare", classes="sex"})
--     plot.box(ships, {x="fare", classes="class", yscale="log"})
--     plot.line(log, {x="step", y={"loss", "accuracy"}})
--
-- The topic gallery shows each kind and its script.
-- @module plot

local arguments = require "plot.arguments"
local contour = require "plot.contour"
local core = require "plot.core"
local habits = require "plot.habits"
local settings = require "plot.settings"
local plot = require "plot.names"
require "plot.figure" -- the methods
for _, kind in ipairs { "band", "step", "stem", "bar", "hist", "box", "violin", "density", "errorbar", "polar", "pairs", "notes",
  "heatmap", "image", "confusion", "boundary", "spy", "filters", "attention", "weights", "embedding", "curves",
  "lr_finder", "live", "train" } do require("plot." .. kind) end
for name, method in pairs(core.Figure) do core.Panel[name] = method end
habits.of_figures(core.Figure)
habits.of_figures(core.Panel)

--- Lines: plot.line(y), plot.line(x, y), plot.line(fn, {-3, 3}),
-- plot.line{x=, y=, …}.
--
-- x and y are tensors, lists of numbers or functions; without x the places
-- are 1, 2, 3, …  Values that are NaN or infinite leave a gap and are counted
-- in the legend.  Several series: a list of them as y, a matrix (n, k) or a frame
-- as y (a series of each column), classes, or calls of f:line on one figure.
-- @param x the places, as many values as y; strings stand at 1, 2, 3, … on an axis of their names
-- @param y the values, or a function of one variable
-- @tparam[opt] table options
-- label: what the legend calls the series;
-- classes: numbers or strings, one for each point, that split them into series;
-- smooth: 0.9 draws the moving average, the raw values dim
-- behind it; band=false leaves those out;
-- color: 1 to 8, or "blue", "orange", "green", "pink",
-- "yellow", "red", "purple", "gray";
-- marker: a character at each point;
-- range: {low, high} of a function's variable (-3 to 3);
-- dashed=true; faint=true: dimmed, behind the others;
-- axis="right": on a second y axis, which ylabel, yscale and ylim are then about;
-- title, xlabel, ylabel, xscale, yscale, xlim, ylim and the others of plot.figure.
-- label, color and marker may be lists, one for each series.
-- @treturn plot.Figure
-- @example plot.line({3, 2, 1.5, 1.2})
-- @example plot.line(math.sin, {-6, 6})
-- @example plot.line{x={1, 2, 3}, y={9, 3, 1}, label="loss", yscale="log"}
-- @example plot.line({ {1, 2, 3}, {3, 2, 1} }, {label={"up", "down"}})
-- @example plot.line{ {y={1, 2, 3}, label="a"}, math.sqrt, range={1, 3} }
-- @example plot.line({"Mon", "Tue", "Wed"}, {1, 3, 2}, {marker="o"})
-- @example plot.line(data.Frame{step={1, 2, 3}, loss={3, 2, 1}}, {x="step", y="loss"})
function plot.line(...) return arguments.draw(core.new(), "plot.line", "line", ...) end

--- Points: plot.scatter(x, y), plot.scatter(X), plot.scatter(X, classes),
-- plot.scatter(frame, {x=, y=, classes=}), plot.scatter{x=, y=, …}.
--
-- X is a tensor of shape (n, 2) or a list of pairs.  With classes (n numbers or
-- strings, at most 20 different) each class is a series of its own; points whose
-- class is missing (NaN) are left out.  With color_by (n numbers) each point has
-- the color of its number, in 16 shades that a bar explains; where there are few
-- colors, small to large marks.
-- @param x the places, or all points
-- @param y the values, or the points' classes
-- @tparam[opt] table options
-- as those of plot.line, without smooth and band;
-- with color_by: map: "viridis", "magma", "gray" or "rdbu"; range: {low, high}, the
-- numbers that have the map's ends; center: the number that has its middle (map
-- is then "rdbu"); bar=false: without the bar; label: what stands over it
-- @treturn plot.Figure
-- @example plot.scatter({1, 2, 3}, {1, 4, 9}, {marker="x"})
-- @example plot.scatter(lab.randn(200, 2))
-- @example plot.scatter(lab.randn(90, 2), lab.randint(1, 4, {90}))
-- @example plot.scatter({1, 2, 3}, {3, 1, 2}, {classes={"cat", "dog", "cat"}})
-- @example plot.scatter(lab.randn(60, 2), {color_by=lab.rand(60), label="loss"})
-- @example plot.scatter({1, 2, 3}, {3, 1, 2}, {color_by={1, 2}}) --> error: as many
-- @example plot.scatter(data.Frame{w={1, 2}, h={3, 4}, pet={"cat", "dog"}}, {x="w", y="h", classes="pet"})
function plot.scatter(...) return arguments.draw(core.new(), "plot.scatter", "scatter", ...) end

--- Contour lines: plot.contour(fn, {-3, 3}, {-3, 3}), plot.contour(z),
-- plot.contour(z, x, y), plot.contour{z=, x=, y=, …}.
--
-- z is a function of x and y or a matrix.  A function is called once, with two
-- tensors of the grid's places, or, if it does not take those, with two numbers
-- at a time; x and y are then its ranges.  The rows of a matrix (r, c) stand at
-- the r places y, its columns at the c places x.  Cells with a value that is NaN
-- or infinite are left out, and the legend counts those.  Lines and points that
-- are added to the figure are drawn over the contours: the paths of optimisers.
-- @param z the numbers: a function of x and y, a tensor (r, c) or a list of rows
-- @param[opt] x {low, high} of a function (-3 to 3); places of the columns (1, 2, …)
-- @param[opt] y the same for the rows
-- @tparam[opt] table options
-- levels: a list of the values that get a line, or how many to
-- choose, about (8): round numbers, at equal factors where the
-- values span decades;
-- label: what the legend calls them;
-- title, xlabel, ylabel, xscale, yscale, xlim, ylim, legend:
-- see plot.line
-- @treturn plot.Figure
-- @example plot.contour(function(x, y) return x ^ 2 + 4 * y ^ 2 end, {-3, 3}, {-2, 2})
-- @example plot.contour(function(x, y) return math.sin(x) * y end, {levels={-1, 0, 1}})
-- @example plot.contour(lab.randn(5, 8), {title="noise"})
function plot.contour(...) return contour.draw(core.new(), "plot.contour", ...) end

habits.of_module(plot)

return plot
