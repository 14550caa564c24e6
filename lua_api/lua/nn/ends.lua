--- The first and the last layer of a model, as far as they can be told without running it.
-- @module nn.ends
-- @local

local ends = {}

--- The first layer that looks at its input: one with in_features or num_embeddings; nil if that is unknown.
-- @tparam nn.Module model
-- @treturn ?nn.Module
-- @example require("nn.ends").first(nn.Sequential(nn.ReLU(), nn.Linear(4, 1))).in_features --> 4
function ends.first(model)
  local children = model:children()
  if model.name == "Sequential" and #children > 0 then
    for _, child in ipairs(children) do
      local found = ends.first(child)
      if found then return found end
    end
    return nil
  end
  return (model.in_features or model.num_embeddings) and model or nil
end

--- The name of the class of the layer that a sequence ends with; "" if that is unknown.
-- @tparam nn.Module model
-- @treturn string
-- @example require("nn.ends").last(nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())) --> Sigmoid
function ends.last(model)
  while model.name == "Sequential" and #model > 0 do model = model[#model] end
  return model.name == "Sequential" and "" or model.name
end

return ends
