--- Samples with features, as what scales or projects them takes and gives them.
-- @local
-- @module data.features

local fail = require("data.check").fail

local features = {}

--- Checked samples, float64 (samples, features).
-- @tparam string name of the class, for messages
-- @tparam string op the method; all but "fit" and "fit_transform" need that fit was called
-- @tparam tensor x as the caller gave it
-- @tparam ?integer known how many features fit saw; nil before fit
-- @treturn tensor
function features.read(name, op, x, known)
  if not lab.is_tensor(x) then
    fail("%s:%s: a tensor (samples, features) expected, got %s; of a frame, frame:tensor{…}", name, op, type(x))
  end
  if x:dim() ~= 2 then
    fail("%s:%s: a tensor (samples, features) expected, got one of %d dimension%s%s", name, op, x:dim(),
      x:dim() == 1 and "" or "s", x:dim() == 1 and "; x:unsqueeze(2) makes one feature of it" or "")
  end
  if op ~= "fit" and op ~= "fit_transform" and not known then fail("%s:%s: fit has not been called", name, op) end
  if op ~= "fit" and op ~= "fit_transform" and known ~= x.shape[2] then
    fail("%s:%s: %d features, but fit saw %d", name, op, x.shape[2], known)
  end
  return x:to("float64")
end

--- Results in the float dtype of what was given; float32 for integers.
-- @tparam tensor y
-- @tparam tensor x what was given
-- @treturn tensor
function features.like(y, x)
  return y:to(x.dtype:find("float", 1, true) and x.dtype or "float32")
end

return features
