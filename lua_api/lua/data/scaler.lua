--- Features brought to a common scale, as scikit-learn's preprocessing does.
-- @module data.scaler

local check = require "data.check"
local features = require "data.features"
local shown = require("nn.options").shown
local fail = check.fail

-- What both scalers are: y = (x - shift) * factor for each feature, from what fit found.
local Scaler = {}
Scaler.__index = Scaler

local function read(scaler, op, x)
  local known = scaler.scale_
  return features.read(scaler.name, op, x, known and #known)
end

--- Takes from samples what it needs to know of their features; missing values (nan) are left out.
-- @function Scaler:fit
-- @tparam tensor x (samples, features)
-- @treturn Scaler itself
-- @example data.StandardScaler():fit(lab.tensor{{1}, {3}}).mean_ --> [2]
function Scaler:fit(x)
  local values = read(self, "fit", x)
  if #values == 0 then fail("%s:fit: there are no samples", self.name) end
  self:learn(values:detach())
  return self
end

--- The samples, scaled.
-- @tparam tensor x (samples, features)
-- @treturn tensor of the same shape and float dtype (float32 of integers)
-- @example data.StandardScaler():fit(lab.tensor{{1}, {3}}):transform(lab.tensor{{5}}) --> [[3]]
function Scaler:transform(x)
  return features.like((read(self, "transform", x) - self:shift()) * self:factor(), x)
end

--- Fits and transforms the same samples.
-- @tparam tensor x (samples, features)
-- @treturn tensor
-- @example data.MinMaxScaler():fit_transform(lab.tensor{{1}, {3}}) --> [[0], [1]]
function Scaler:fit_transform(x) return self:fit(x):transform(x) end

--- Scaled samples as they were before.
-- @tparam tensor y (samples, features)
-- @treturn tensor
-- @example data.StandardScaler():fit(lab.tensor{{1}, {3}}):inverse_transform(lab.tensor{{0}}) --> [[2]]
function Scaler:inverse_transform(y)
  return features.like(read(self, "inverse_transform", y) / self:factor() + self:shift(), y)
end

--- What fit found, a table of tensors for lab.save.
-- @treturn table
-- @example data.StandardScaler():fit(lab.tensor{{1}, {3}}):state_dict().scale_ --> [1]
function Scaler:state_dict()
  if not self.scale_ then fail("%s:state_dict: fit has not been called", self.name) end
  local state = {}
  for _, name in ipairs(self.learned) do state[name] = self[name] end
  return state
end

--- Takes over what another scaler found.
-- @tparam table state from state_dict
-- @treturn Scaler itself
-- @example data.StandardScaler():load_state_dict(data.StandardScaler():fit(lab.tensor{{1}, {3}}):state_dict()).mean_ --> [2]
function Scaler:load_state_dict(state)
  for _, name in ipairs(self.learned) do
    if type(state) ~= "table" or not lab.is_tensor(state[name]) then
      fail("%s:load_state_dict: a table with the tensor %s expected", self.name, name)
    end
  end
  for _, name in ipairs(self.learned) do self[name] = state[name] end
  return self
end

local function subclass(name, learned)
  local class = setmetatable({ __name = name, name = name, learned = learned }, Scaler)
  class.__index = class
  return class
end

-- ---- StandardScaler --------------------------------------------------------------------------------------------------

local Standard = subclass("StandardScaler", { "mean_", "var_", "scale_" })

function Standard:learn(x)
  local n = x:isnan():logical_not():sum(1):to("float64")
  self.mean_ = x:nansum(1) / n
  self.var_ = (x - self.mean_):square():nansum(1) / n
  -- A constant feature's variance is rounding error at most (scikit-learn's _is_constant_feature).
  local rounding = n * 2.0 ^ -52 * self.var_ + (n * self.mean_ * 2.0 ^ -52):square()
  self.scale_ = lab.where(self.var_:le(rounding), 1, self.var_:sqrt())
end

function Standard:shift() return self.with_mean and self.mean_ or 0 end
function Standard:factor() return self.with_std and 1 / self.scale_ or 1 end

--- Scales each feature to mean 0 and standard deviation 1; a constant feature is only shifted.  Fit it on the training
-- data.
--
--     local scaler = data.StandardScaler()
--     x_train = scaler:fit_transform(x_train)
--     x_test = scaler:transform(x_test)
-- @tparam[opt] table options `with_mean`=true: shift to mean 0; `with_std`=true: scale to standard deviation 1
-- @treturn Scaler with fit, transform, fit_transform, inverse_transform, state_dict, load_state_dict; after fit with the
--   fields `mean_`, `var_`, `scale_` (the standard deviation, of the population): float64 (features)
-- @example data.StandardScaler():fit_transform(lab.tensor{{1, 5}, {3, 5}}) --> [[-1, 0], [1, 0]]
local function StandardScaler(options)
  options = check.options("data.StandardScaler", options, { "with_mean", "with_std" })
  for name, value in pairs(options) do
    if type(value) ~= "boolean" then fail("data.StandardScaler: %s should be true or false, got %s", name, shown(value)) end
  end
  return setmetatable({ with_mean = options.with_mean ~= false, with_std = options.with_std ~= false }, Standard)
end

-- ---- MinMaxScaler ----------------------------------------------------------------------------------------------------

local MinMax = subclass("MinMaxScaler", { "data_min_", "data_max_", "scale_", "min_" })

function MinMax:learn(x)
  local gap, nothing = x:isnan(), x:isnan():all(1)
  self.data_min_ = lab.where(gap, math.huge, x):amin(1):masked_fill(nothing, 0 / 0)
  self.data_max_ = lab.where(gap, -math.huge, x):amax(1):masked_fill(nothing, 0 / 0)
  local range = self.data_max_ - self.data_min_
  local low, high = self.feature_range[1], self.feature_range[2]
  self.scale_ = (high - low) / lab.where(range:lt(10 * 2.0 ^ -52), 1, range)
  self.min_ = low - self.data_min_ * self.scale_
end

function MinMax:shift() return -self.min_ / self.scale_ end
function MinMax:factor() return self.scale_ end

--- Scales each feature so that the training data lie between 0 and 1.
-- @tparam[opt] table options `feature_range`={0, 1}
-- @treturn Scaler as data.StandardScaler's; after fit with `data_min_`, `data_max_`, `scale_`, `min_`:
--   y = x * scale_ + min_
-- @example data.MinMaxScaler():fit_transform(lab.tensor{{1, 5}, {3, 5}}) --> [[0, 0], [1, 0]]
local function MinMaxScaler(options)
  options = check.options("data.MinMaxScaler", options, { "feature_range" })
  local range = options.feature_range or { 0, 1 }
  if type(range) ~= "table" or type(range[1]) ~= "number" or type(range[2]) ~= "number" or range[1] >= range[2] then
    fail("data.MinMaxScaler: feature_range should be {low, high} with low < high")
  end
  return setmetatable({ feature_range = range }, MinMax)
end

return { StandardScaler = StandardScaler, MinMaxScaler = MinMaxScaler }
