--- t-SNE: a map of samples on which neighbours stay neighbours.
--
-- The exact method of van der Maaten and Hinton, "Visualizing Data using t-SNE" (2008), with scikit-learn's start and
-- learning rate.  All pairs of samples are looked at in each step, as products of matrices.
-- @module data.tsne

local check = require "data.check"
local features = require "data.features"
local PCA = require "data.pca"
local shown = require("nn.options").shown
local fail = check.fail

local TSNE = { __name = "TSNE" }
TSNE.__index = TSNE

local exploration = 250 -- steps in which similar samples attract each other early_exaggeration times as much
local far = 1e300       -- of a sample from itself, so that it is no neighbour of its own

-- ---- similarities of samples --------------------------------------------------------------------------------------

-- Squared distances less those of the nearest other sample, which changes no similarity: (N, N) of x (N, D).
local function distances(x)
  local square = x:square():sum(2, { keepdim = true })
  local d = (square + square:t() - x:matmul(x:t()) * 2):clamp_(0)
  d:diagonal():fill_(far)
  d:sub_(d:amin(2, { keepdim = true }))
  d:diagonal():fill_(far)
  return d
end

-- Rows of similarities whose entropy is that of `perplexity` equal neighbours.  Each row's precision is first doubled or
-- halved, then halved in between.
local function similarities(d, perplexity)
  local wanted, n = math.log(perplexity), d.shape[1]
  local near = lab.where(d:lt(far / 2), d, 0)
  local scale = near:mean(2, { keepdim = true })
  local precision = 1 / lab.where(scale:gt(0), scale, 1)
  local low, high = lab.zeros_like(precision), lab.full({ n, 1 }, math.huge, { dtype = "float64" })
  local p, sum
  for _ = 1, 100 do
    p = (d * -precision):exp_()
    sum = p:sum(2, { keepdim = true })
    local entropy = sum:log() + precision * (near * p):sum(2, { keepdim = true }) / sum
    local excess = entropy - wanted
    if excess:abs():amax():item() < 1e-5 then break end
    local wide = excess:gt(0)
    low, high = lab.where(wide, precision, low), lab.where(wide, high, precision)
    precision = lab.where(high:isfinite(), (low + high) / 2, precision * 2)
  end
  return p:div_(sum)
end

-- Of all pairs, adding up to 1; a thousand rows at a time, so that few large tensors are needed at once.
local function joint(x, perplexity)
  local d, parts, n = distances(x), {}, #x
  for first = 1, n, 1000 do
    parts[#parts + 1] = similarities(d:narrow(1, first, math.min(1000, n - first + 1)), perplexity)
  end
  local p = lab.cat(parts, 1)
  return ((p + p:t()) / (2 * n)):clamp_(1e-12)
end

-- ---- the map ------------------------------------------------------------------------------------------------------

-- 1 / (1 + squared distance) of all pairs on the map; 1 of a point and itself, which adds no force.
local function kernel(y)
  local d = lab.cdist(y, y)
  return lab.addcmul(lab.ones(1, { dtype = y.dtype }), d, d):reciprocal_()
end

-- The gradient of the divergence: 4 sum_j (p - q)_ij k_ij (y_i - y_j), q = k / sum of k.
local function gradient(p, y)
  local k = kernel(y)
  local total = k:sum():item() - #y
  local force = (p * k):addcmul_(k, k, -1 / total)
  local pull = force:matmul(lab.cat({ y, lab.ones(#y, 1) }, 2))
  local c = y.shape[2]
  return (y * pull:narrow(2, c + 1, 1) - pull:narrow(2, 1, c)) * 4
end

-- The divergence of Kullback and Leibler of the map's similarities from p, in float64.
local function divergence(p, y)
  local k = kernel(y:to("float64"))
  k:diagonal():fill_(0)
  local q = (k / k:sum()):clamp_(1e-12)
  local terms = p * (p / q):log()
  terms:diagonal():fill_(0)
  return terms:sum():item()
end

-- Gradient descent with momentum and a gain for each coordinate, which grows while its direction stays (Jacobs, 1988).
local function descend(tsne, p, y)
  local rate = tsne.learning_rate_
  local change, gain = lab.zeros_like(y), lab.ones_like(y)
  local attraction = p * tsne.early_exaggeration
  for step = 1, tsne.max_iter do
    if step == exploration + 1 then attraction = p end
    local slope = gradient(attraction, y)
    gain = lab.where((slope * change):lt(0), gain + 0.2, gain * 0.8):clamp_(0.01)
    change = change * (step <= exploration and 0.5 or 0.8) - slope * gain * rate
    y = y + change
    y = y - y:mean(1)
    tsne.n_iter_ = step
    if step % 50 == 0 and step > exploration and slope:norm():item() < 1e-7 then break end
  end
  return y
end

local function start(tsne, x)
  local init, c = tsne.init, tsne.components
  if lab.is_tensor(init) then
    if init.ndim ~= 2 or #init ~= #x or init.shape[2] ~= c then
      fail("TSNE:fit_transform: init is (%s), not (%d, %d)", table.concat(init.shape, ", "), #x, c)
    end
    return init:detach():to("float32")
  end
  if init == "random" then return lab.randn(#x, c) * 1e-4 end
  if x.shape[2] < c or #x < c then
    fail("TSNE:fit_transform: %d samples of %d feature%s have no %d principal components to start from; give {init=\"random\"}", #x,
      x.shape[2], x.shape[2] == 1 and "" or "s", c)
  end
  local y = PCA { components = c }:fit_transform(x)
  local deviation = y:select(2, 1):std({ unbiased = false }):item()
  return (y * (1e-4 / (deviation > 0 and deviation or 1))):to("float32")
end

--- Maps the samples.  What is near on the map was near before; distances between groups far apart say little.
-- @tparam tensor x (samples, features), of any dtype; hundreds of features are better brought to about 50 by data.PCA
-- @treturn tensor (samples, components), of x's float dtype (float32 of integers); it is also the field `embedding_`
-- @raise a perplexity that is not below the number of samples; nan
-- @example local x = lab.tensor{{0, 0}, {0, 1}, {9, 9}, {9, 8}}; data.TSNE{perplexity=2, max_iter=300}:fit_transform(x).shape[2] --> 2
function TSNE:fit_transform(x)
  if getmetatable(self) ~= TSNE then fail("TSNE:fit_transform: it is called with a colon: tsne:fit_transform(x)") end
  local values = features.read("TSNE", "fit_transform", x):detach()
  if #values < 2 then fail("TSNE:fit_transform: %d sample%s; a map needs two or more", #values, #values == 1 and "" or "s") end
  if self.perplexity >= #values then
    fail("TSNE:fit_transform: perplexity=%g of %d samples: it is about how many neighbours a sample has, and below their number",
      self.perplexity, #values)
  end
  if not values:isfinite():all():item() then fail("TSNE:fit_transform: x holds nan or inf: fill missing values first") end
  lab.no_grad(function()
    local y = start(self, values)
    local rate = self.learning_rate
    self.learning_rate_ = rate == "auto" and math.max(#values / self.early_exaggeration / 4, 50) or rate
    local p = joint(values - values:mean(1), self.perplexity)
    y = descend(self, p:to("float32"), y)
    self.kl_divergence_, self.embedding_ = divergence(p, y), features.like(y, x)
  end)
  return self.embedding_
end

local function positive(name, value, least, what)
  if type(value) ~= "number" or not (value >= least and value < math.huge) then
    fail("data.TSNE: %s should be a number from %g, got %s%s", name, least, shown(value), what or "")
  end
  return value
end

local function whole(name, value)
  local n = type(value) == "number" and math.tointeger(value)
  if not n or n < 1 then fail("data.TSNE: %s should be a whole number from 1, got %s", name, shown(value)) end
  return n
end

--- t-SNE (van der Maaten and Hinton, 2008): a map, in two dimensions, of samples with many features.
--
--     local xy = data.TSNE{perplexity=30}:fit_transform(data.PCA{components=50}:fit_transform(x))
--     plot.scatter(xy:select(2, 1), xy:select(2, 2))
--
-- The method is exact: its time and memory grow with the square of the samples; a few thousand are well.
-- @tparam[opt] table options `components`=2: dimensions of the map; `perplexity`=30: about how many neighbours count;
--   `early_exaggeration`=12: of the first 250 steps; `learning_rate`="auto": samples / early_exaggeration / 4, or 50 if that is
--   more; `max_iter`=1000: steps; `init`="pca": where the points start, "random" by the session's generator, or a tensor
-- @treturn data.TSNE with fit_transform, after which it has the fields `embedding_` (samples, components), `kl_divergence_`,
--   `n_iter_`, `learning_rate_`
-- @raise an unknown option, or one out of its range
-- @see data.PCA
-- @function TSNE
-- @example data.TSNE{perplexity=10}.perplexity --> 10
return function(options)
  local o = check.options("data.TSNE", options,
    { "components", "perplexity", "early_exaggeration", "learning_rate", "max_iter", "init" })
  local function given(name, usual)
    if o[name] == nil then return usual end
    return o[name]
  end
  local init, rate = given("init", "pca"), given("learning_rate", "auto")
  if init ~= "pca" and init ~= "random" and not lab.is_tensor(init) then
    fail("data.TSNE: init should be \"pca\", \"random\" or a tensor (samples, components), got %s", shown(init))
  end
  if rate ~= "auto" then positive("learning_rate", rate, 1e-9, "; or \"auto\"") end
  return setmetatable({
    components = whole("components", given("components", 2)),
    perplexity = positive("perplexity", given("perplexity", 30), 1),
    early_exaggeration = positive("early_exaggeration", given("early_exaggeration", 12), 1),
    learning_rate = rate, max_iter = whole("max_iter", given("max_iter", 1000)), init = init,
  }, TSNE)
end
