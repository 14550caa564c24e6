--- Principal components, as scikit-learn's PCA finds them.
-- @module data.pca

local check = require "data.check"
local features = require "data.features"
local shown = require("nn.options").shown
local fail = check.fail

local learned = { "components_", "mean_", "explained_variance_", "explained_variance_ratio_", "singular_values_" }

local PCA = { __name = "PCA" }
PCA.__index = PCA

-- The directions (rows) and the variances of centred samples, the largest first.  Where there are many samples of few
-- features the covariance is quicker to take apart, and exact enough (scikit-learn decides alike).
local function directions(x, n, d)
  if d <= 1000 and n >= 10 * d then
    local variances, vectors = lab.eigh(x:t():matmul(x) / (n - 1))
    return vectors:flip(2):t(), variances:flip(1):clamp(0)
  end
  local _, singular, rows = lab.svd(x)
  return rows, singular:square() / (n - 1)
end

-- A direction and its opposite are as good: the entry that is largest in size becomes positive (scikit-learn's svd_flip).
local function with_signs(rows)
  local largest = rows:gather(2, rows:abs():argmax(2):unsqueeze(2))
  return rows * lab.where(largest:lt(0), -1, 1)
end

-- How many components: as many as asked for, or those that explain a part of the variance.
local function count(components, ratio, most)
  if math.type(components) == "integer" then
    if components > most then
      fail("PCA:fit: %d components, but there are at most %d, the smaller of the numbers of samples and features", components, most)
    end
    return components
  end
  return math.min(ratio:cumsum(1):lt(components):sum():item() + 1, most)
end

local function learn(pca, x)
  local n, d = x.shape[1], x.shape[2]
  if n < 2 then fail("PCA:fit: %d sample%s; a variance needs two or more", n, n == 1 and "" or "s") end
  if not x:isfinite():all():item() then fail("PCA:fit: x holds nan or inf: fill missing values first, as with frame:fillna") end
  local mean = x:mean(1)
  local rows, variance = directions(x - mean, n, d)
  local total = variance:sum():item()
  local ratio = total > 0 and variance / total or lab.zeros_like(variance)
  local k = count(pca.components, ratio, math.min(n, d))
  pca.mean_ = mean
  pca.components_ = with_signs(rows:narrow(1, 1, k)):contiguous()
  pca.explained_variance_ = variance:narrow(1, 1, k):clone()
  pca.explained_variance_ratio_ = ratio:narrow(1, 1, k):clone()
  pca.singular_values_ = (pca.explained_variance_ * (n - 1)):sqrt()
end

local function read(pca, op, x)
  if getmetatable(pca) ~= PCA then fail("PCA:%s: it is called with a colon: pca:%s(x)", op, op) end
  return features.read("PCA", op, x, pca.mean_ and #pca.mean_)
end

-- What whitened coordinates are multiplied with; 1 for those that are not.
local function scale(pca)
  if not pca.whiten then return 1 end
  local deviation = pca.explained_variance_:sqrt()
  return lab.where(deviation:eq(0), 1, deviation)
end

--- Finds the principal components of samples.
-- @tparam tensor x (samples, features), of any dtype
-- @treturn data.PCA itself
-- @raise less than two samples; nan; more components than samples or features
-- @example data.PCA{components=1}:fit(lab.tensor{{1, 1}, {2, 2}, {3, 3}}).components_ --> [[0.7071, 0.7071]]
function PCA:fit(x)
  learn(self, read(self, "fit", x):detach())
  return self
end

--- The coordinates of samples along the components.
-- @tparam tensor x (samples, features)
-- @treturn tensor (samples, components), of x's float dtype (float32 of integers)
-- @raise before fit; another number of features
-- @example data.PCA{components=1}:fit(lab.tensor{{1, 1}, {2, 2}, {3, 3}}):transform(lab.tensor{{2, 2}}) --> [[0]]
function PCA:transform(x)
  local values = read(self, "transform", x)
  return features.like((values - self.mean_):matmul(self.components_:t()) / scale(self), x)
end

--- Fits and transforms the same samples.
-- @tparam tensor x (samples, features)
-- @treturn tensor (samples, components), of x's float dtype (float32 of integers)
-- @raise as fit
-- @example data.PCA{components=1}:fit_transform(lab.tensor{{1, 1}, {2, 2}, {3, 3}}) --> [[-1.4142], [0.0000], [1.4142]]
function PCA:fit_transform(x) return self:fit(x):transform(x) end

--- Samples from their coordinates: as they were, without what the left-out components hold.
-- @tparam tensor y (samples, components)
-- @treturn tensor (samples, features), of y's float dtype (float32 of integers)
-- @raise before fit; another number of components
-- @example data.PCA{components=1}:fit(lab.tensor{{1, 1}, {2, 2}, {3, 3}}):inverse_transform(lab.tensor{{0}}) --> [[2, 2]]
function PCA:inverse_transform(y)
  if not self.components_ then fail("PCA:inverse_transform: fit has not been called") end
  if lab.is_tensor(y) and y.ndim == 2 and y.shape[2] ~= #self.components_ then
    fail("PCA:inverse_transform: %d coordinates, but there are %d components", y.shape[2], #self.components_)
  end
  local values = features.read("PCA", "inverse_transform", y, #self.components_)
  return features.like((values * scale(self)):matmul(self.components_) + self.mean_, y)
end

--- What fit found, a table of tensors for lab.save.
-- @treturn table
-- @raise before fit
-- @example data.PCA{components=1}:fit(lab.tensor{{1, 1}, {3, 3}}):state_dict().mean_ --> [2, 2]
function PCA:state_dict()
  if not self.mean_ then fail("PCA:state_dict: fit has not been called") end
  local state = {}
  for _, name in ipairs(learned) do state[name] = self[name] end
  return state
end

--- Takes over what another PCA found.
-- @tparam table state from state_dict
-- @treturn data.PCA itself
-- @raise a tensor that is missing
-- @example data.PCA():load_state_dict(data.PCA{components=1}:fit(lab.tensor{{1, 1}, {3, 3}}):state_dict()).mean_ --> [2, 2]
function PCA:load_state_dict(state)
  for _, name in ipairs(learned) do
    if type(state) ~= "table" or not lab.is_tensor(state[name]) then
      fail("PCA:load_state_dict: a table with the tensor %s expected", name)
    end
  end
  for _, name in ipairs(learned) do self[name] = state[name] end
  return self
end

--- Principal components: the directions along which samples vary most, for a look at many features in two dimensions.
--
--     local pca = data.PCA{components=2}
--     local xy = pca:fit_transform(x)
--     plot.scatter(xy:select(2, 1), xy:select(2, 2))
-- @tparam[opt] table options `components`=2: how many; a number below 1: as many as explain that part of the variance;
--   `whiten`=false: coordinates of variance 1
-- @treturn data.PCA with fit, transform, fit_transform, inverse_transform, state_dict, load_state_dict; after fit with the
--   fields `components_` (components, features), `mean_` (features), `explained_variance_`, `explained_variance_ratio_`,
--   `singular_values_` (components): float64
-- @raise an unknown option; components that are no number above 0
-- @see data.TSNE, data.StandardScaler
-- @function PCA
-- @example data.PCA{components=1}:fit(lab.tensor{{1, 1}, {2, 2}, {3, 3}}).explained_variance_ratio_ --> [1]
return function(options)
  options = check.options("data.PCA", options, { "components", "whiten" })
  local components, whiten = options.components, options.whiten
  if components == nil then components = 2 end
  local whole = type(components) == "number" and math.tointeger(components)
  if not whole and not (type(components) == "number" and components > 0 and components < 1) or whole and whole < 1 then
    fail("data.PCA: components should be a whole number from 1, or a part of the variance below 1, got %s", shown(components))
  end
  if whiten ~= nil and type(whiten) ~= "boolean" then fail("data.PCA: whiten should be true or false, got %s", shown(whiten)) end
  return setmetatable({ components = whole or components, whiten = whiten == true }, PCA)
end
