--- Many features on a map.
-- @module plot.embedding

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local Figure = core.Figure
local OPTIONS = { "method", "names", "marker", "perplexity" }
local METHODS = { "pca", "tsne", "none" }
local MOST_CLASSES = 20
local MOST_FEATURES = 50 -- of t-SNE

local function samples_of(op, X)
  if X == nil then call.fail("%s: no data: give samples X", op) end
  local t = values.tensor(op, "X", X, "samples, a tensor of shape (N, D)")
  if t:dim() > 2 then t = t:reshape(t:size(1), -1) end
  if t:dim() ~= 2 or t:size(2) < 2 then
    call.fail("%s: X should be samples of two or more features, a tensor of shape (N, D), got %s", op, core.describe(X))
  end
  if t:size(1) == 0 then call.fail("%s: X is empty: there is nothing to draw", op) end
  return t
end

-- t-SNE, of 50 principal components if there are more features.
local function neighbours_of(X, perplexity)
  local n = X:size(1)
  if X:size(2) > MOST_FEATURES and n > MOST_FEATURES then X = data.PCA { components = MOST_FEATURES }:fit_transform(X) end
  return data.TSNE { perplexity = perplexity or math.max(1, math.min(30, (n - 1) // 3)) }:fit_transform(X)
end

-- Places (N, 2) and what the axes are called.
local function map_of(op, X, method, perplexity)
  if method == "none" then
    if X:size(2) ~= 2 then
      call.fail("%s: method=\"none\" shows two features, X has %d: %s; method=\"pca\" or \"tsne\" maps them", op, X:size(2),
        core.describe(X))
    end
    return X, nil, nil
  elseif method == "tsne" then
    return neighbours_of(X, perplexity), "t-SNE 1", "t-SNE 2"
  end
  local pca = data.PCA { components = 2 }
  local places = pca:fit_transform(X)
  local part = pca.explained_variance_ratio_:tolist()
  return places, ("component 1 (%.1f %%)"):format(100 * part[1]), ("component 2 (%.1f %%)"):format(100 * part[2])
end

local function perplexity_of(op, args, method)
  local perplexity = call.number(op, "perplexity", args.perplexity)
  if perplexity and method ~= "tsne" then call.fail("%s: perplexity is about method=\"tsne\": give that, too", op) end
  return perplexity
end

local function draw(target, op, ...)
  local args, set, s = call.take(op, { "X", "y" }, OPTIONS, ...)
  local X = samples_of(op, args.X)
  local method = settings.choice(op, "method", args.method, METHODS) or (X:size(2) == 2 and "none" or "pca")
  local classes = args.y ~= nil and values.classes(op, "y", args.y, X:size(1)) or nil
  local found = classes and values.different(classes) or {}
  if #found > MOST_CLASSES then
    call.fail("%s: y has %d different values; it should hold classes, at most %d", op, #found, MOST_CLASSES)
  end
  local names, marker = call.strings(op, "names", args.names), call.marker(op, args.marker)
  local places, xlabel, ylabel = map_of(op, X, method, perplexity_of(op, args, method))
  local all = core.numbers(places, op)
  local x, y = core.column(all, 2, 1), core.column(all, 2, 2)
  local by = classes and core.numbers(classes, op)
  local base = math.min(1, found[1] or 1)
  for _, class in ipairs(found) do
    core.add(target, "scatter", core.of_class(x, by, class), core.of_class(y, by, class),
      { label = values.name_of(op, names, class, base), marker = marker })
  end
  if not classes then core.add(target, "scatter", x, y, { marker = marker }) end
  if xlabel and not s.xlabel then core.label(target, "x", xlabel) end
  if ylabel and not s.ylabel then core.label(target, "y", ylabel) end
  return set(target)
end

--- Samples of many features on a map: plot.embedding(X, y), plot.embedding(X, y, {method="tsne"}).
--
-- Principal components ("pca") keep distances as well as two dimensions can, and their axes say how much of the
-- variance they show; t-SNE ("tsne") keeps neighbours together and takes longer.
-- @tparam tensor X samples (N, D); more dimensions are flattened
-- @param[opt] y classes (N), which get colors of their own, at most 20
-- @tparam[opt] table options
-- method: "pca", "tsne", or "none" for two features as they are; names: a list of what the
-- classes are called; perplexity of data.TSNE (30, less for few samples); marker; title and the others of plot.figure
-- @treturn plot.Figure
-- @see data.PCA, data.TSNE
-- @example plot.embedding(lab.randn(60, 10), lab.randint(1, 4, {60}), {names={"a", "b", "c"}})
-- @example plot.embedding(lab.randn(20, 3), {method="tsne", perplexity=5})
-- @example plot.embedding(lab.randn(20)) --> error: (N, D)
function plot.embedding(...) return draw(core.new(), "plot.embedding", ...) end

--- Adds a map of samples; the arguments are those of plot.embedding.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.embedding
-- @example plot.figure{title="features"}:embedding(lab.randn(60, 10))
function Figure:embedding(...) return draw(self, "embedding", ...) end
