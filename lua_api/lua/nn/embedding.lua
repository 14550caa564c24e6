--- Look-up tables.
-- @module nn.embedding

local Module = require "nn.module"
local Parameter = require "nn.parameter"
local options = require "nn.options"
local init = require "nn.initializers"

--- A row of numbers for each of num_embeddings things, counted from 1: from (*) to (*, embedding_dim).
--
-- weight is (num_embeddings, embedding_dim) and starts normal with deviation 1, as PyTorch's; row padding_idx starts at 0
-- and gets no gradient.
-- @tparam int num_embeddings how many things there are
-- @tparam int embedding_dim D, how many numbers each gets
-- @tparam[opt] table options padding_idx, dtype="float32", device
-- @treturn nn.Module a layer: int64 positions (*), counted from 1, to (*, D)
-- @raise when called: a position beyond num_embeddings
-- @raise padding_idx outside 1 … num_embeddings
-- @example nn.Embedding(10, 3)(lab.tensor({1, 10}, {dtype="int64"})).shape[2] --> 3
local Embedding = Module:extend("Embedding")

local parameters = {
  { "num_embeddings", kind = "size", required = true }, { "embedding_dim", kind = "size", required = true },
  { "padding_idx", nil, kind = "integer" }, { "dtype", "float32", kind = "string" }, { "device", nil, kind = "string" },
}

function Embedding:init(...)
  local o = options.read("nn.Embedding", parameters, ...)
  local row = o.padding_idx
  if row and (row == 0 or math.abs(row) > o.num_embeddings) then
    error(("nn.Embedding: padding_idx is %d: rows are 1..%d"):format(row, o.num_embeddings))
  end
  self.num_embeddings, self.embedding_dim, self.padding_idx = o.num_embeddings, o.embedding_dim, row
  self.weight = Parameter(lab.empty(o.num_embeddings, o.embedding_dim, { dtype = o.dtype, device = o.device }))
  self:reset_parameters()
end

--- Draws new starting values.
-- @treturn nil
-- @example local e = nn.Embedding(2, 3); local before = e.weight:clone(); e:reset_parameters(); e.weight:eq(before):all():item() --> false
function Embedding:reset_parameters()
  init.normal_(self.weight)
  if self.padding_idx then
    lab.no_grad(function() self.weight[self.padding_idx] = 0 end)
  end
end

function Embedding:forward(index)
  return lab.embedding(index, self.weight, self.padding_idx)
end

function Embedding:extra_repr()
  local padding = self.padding_idx and (", padding_idx=" .. self.padding_idx) or ""
  return ("%d, %d%s"):format(self.num_embeddings, self.embedding_dim, padding)
end

return { Embedding = Embedding }
