--- The operators of lab that networks use, under the names of torch.nn.functional.
--
-- `nn.functional.relu` is `lab.relu`, and so on: relu, relu6, leaky_relu, elu, selu, celu, silu, mish, softplus, softsign,
-- hardtanh, hardsigmoid, hardswish, sigmoid, logsigmoid, tanh, softmax, log_softmax, softmin, linear, dropout, embedding,
-- normalize, cosine_similarity, pad, one_hot, and the losses.  gelu has PyTorch's option besides.
-- @module nn.functional
-- @example nn.functional.relu(lab.tensor{-1, 2}) --> [0, 2]

local names = {
  "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "silu", "mish", "softplus", "softsign", "hardtanh",
  "hardsigmoid", "hardswish", "sigmoid", "logsigmoid", "tanh", "softmax", "log_softmax", "softmin", "linear", "dropout",
  "embedding", "normalize", "cosine_similarity", "pad", "one_hot", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss",
  "cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div",
}

local functional = {}
for _, name in ipairs(names) do functional[name] = lab[name] end

--- x times the normal distribution function at x.
-- @tparam tensor x of any shape
-- @tparam[opt] table options approximate="none", or "tanh"
-- @treturn tensor in the shape of x
-- @example nn.functional.gelu(lab.tensor{0, 2}) --> [0.0000, 1.9545]
function functional.gelu(x, options)
  local approximate = require("nn.options").read("gelu", { { "approximate", "none", kind = "string" } }, options).approximate
  return approximate == "tanh" and lab.gelu_tanh(x) or lab.gelu(x)
end

return functional
