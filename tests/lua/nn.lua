-- Modules, layers, containers, starting values.

local Net = nn.Module:extend("Net")
function Net:init(hidden)
  self.first = nn.Linear(2, hidden)
  self.act = nn.ReLU()
  self.second = nn.Linear(hidden, 1, { bias = false })
  self.scale = nn.Parameter(lab.ones(1))
  self:register_buffer("mean", lab.zeros(2))
  self.note = "plain values are no parameters"
  self.plain = lab.zeros(3)
end
function Net:forward(x)
  return self.second(self.act(self.first(x - self.mean))) * self.scale
end

local function names(list)
  local out = {}
  for i, entry in ipairs(list) do out[i] = entry[1] end
  return table.concat(out, " ")
end

test("a module's parameters are found in the order of assignment, its own before its children's", function()
  local net = Net(4)
  eq(names(net:named_parameters()), "scale first.weight first.bias second.weight")
  eq(names(net:named_buffers()), "mean")
  eq(names(net:named_children()), "first act second")
  eq(names(net:named_modules()), " first act second")
  eq(#net:parameters(), 4)
  eq(net:num_parameters(), 2 * 4 + 4 + 4 + 1)
  eq(net(lab.zeros(5, 2)).shape, { 5, 1 })
end)

test("reassigned fields keep their place, fields set to nil go", function()
  local net = Net(4)
  net.first = nn.Linear(2, 4, { bias = false })
  eq(names(net:named_parameters()), "scale first.weight second.weight")
  net.scale = nil
  eq(names(net:named_parameters()), "first.weight second.weight")
  net.scale = nn.Parameter(lab.ones(1))
  eq(names(net:named_parameters()), "scale first.weight second.weight")
end)

test("a field that first held something else is found as well", function()
  local m = nn.Module:extend("M")()
  m.layer = false
  m.layer = nn.Linear(1, 1)
  eq(#m:parameters(), 2)
end)

test("shared parameters count once, and stay shared when converted", function()
  local M = nn.Module:extend("Tied")
  function M:init() self.a, self.b = nn.Linear(3, 3), nn.Linear(3, 3); self.b.weight = self.a.weight end
  local m = M()
  eq(#m:parameters(), 3)
  m:to("float64")
  eq(m.a.weight.dtype, "float64")
  eq(rawequal(m.a.weight, m.b.weight), true)
  eq(#m:parameters(), 3)
end)

test("classes inherit, and super reaches the parent", function()
  local Big = Net:extend("Big")
  function Big:init() Big.super.init(self, 3); self.extra = nn.Linear(1, 1) end
  local big = Big()
  eq(names(big:named_parameters()), "scale first.weight first.bias second.weight extra.weight extra.bias")
  eq(tostring(big):match("^%w+"), "Big")
  eq(big(lab.zeros(1, 2)).shape, { 1, 1 })
  fails(function() nn.Module:extend("Empty")()(1) end, "Empty: there is no forward")
end)

test("tostring shows the tree with counts of parameters", function()
  eq(tostring(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.2), nn.LeakyReLU())),
    "Sequential(\n  (1): Linear(in_features=2, out_features=3, bias=true)  -- 9\n  (2): Dropout(p=0.2)\n" ..
    "  (3): LeakyReLU(negative_slope=0.01)\n)  -- 9 parameters")
  eq(tostring(nn.Flatten()), "Flatten(start_dim=2, end_dim=-1)")
  local net = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
  net[1]:requires_grad_(false)
  eq(tostring(net):match("%-%- %d+ parameters.*$"), "-- 4 parameters, 2 trainable")
end)

test("train and eval reach every module", function()
  local net = nn.Sequential(nn.Dropout(1), nn.Sequential(nn.Dropout(1)))
  eq(net:eval()(lab.ones(2)), { 1, 1 })
  eq(net:train()(lab.ones(2)), { 0, 0 })
  eq(net[2][1].training, true)
end)

test("state_dict is ordered, and load_state_dict copies by name", function()
  local a, b = Net(4), Net(4)
  local order = {}
  for name in pairs(a:state_dict()) do order[#order + 1] = name end
  eq(table.concat(order, " "), "scale mean first.weight first.bias second.weight")
  a.mean:fill_(3)
  b:load_state_dict(a:state_dict())
  local x = lab.randn(3, 2)
  eq(b(x), a(x):detach())
  eq(b.mean, { 3, 3 })
  a.first.bias = nn.Parameter(lab.zeros(4))
  eq(b.first.bias.requires_grad, true)
end)

test("load_state_dict lists missing, unexpected and mis-shaped names and changes nothing", function()
  local net = Net(4)
  local before = net.first.weight:detach():clone()
  local state = { ["first.weight"] = lab.ones(4, 2), ["first.bias"] = lab.ones(5), other = lab.ones(1), scale = lab.ones(1),
                  mean = lab.zeros(2) }
  fails(function() net:load_state_dict(state) end, "missing: second.weight")
  fails(function() net:load_state_dict(state) end, "unexpected: other")
  fails(function() net:load_state_dict(state) end, "first.bias is [5] in the state, but [4] in the model")
  eq(net.first.weight, before)
  state["first.bias"] = lab.ones(4)
  local result = net:load_state_dict(state, { strict = false })
  eq(result, { missing_keys = { "second.weight" }, unexpected_keys = { "other" } })
  eq(net.first.bias, { 1, 1, 1, 1 })
end)

test("a temporary buffer is not saved", function()
  local m = nn.Identity()
  m:register_buffer("cache", lab.zeros(1), { persistent = false })
  eq(next(m:state_dict()), nil)
  eq(#m:buffers(), 1)
end)

test("zero_grad, requires_grad_ and frozen parameters", function()
  local net = Net(3)
  net(lab.ones(1, 2)):sum():backward()
  eq(net.scale.grad ~= nil, true)
  net:zero_grad()
  eq(net.scale.grad, nil)
  net:requires_grad_(false)
  eq(#net:parameters(), 4)
  eq(net(lab.ones(1, 2)).requires_grad, false)
  local m = nn.Identity()
  m.w = nn.Parameter(lab.zeros(2), { requires_grad = false })
  eq(names(m:named_parameters()), "w")
  eq(m.w.requires_grad, false)
end)

test("Sequential: positions, names, insert, append, length", function()
  local s = nn.Sequential({ "hidden", nn.Linear(2, 3) }, { "act", nn.ReLU() })
  eq(s.hidden.out_features, 3)
  eq(s[2].name, "ReLU")
  eq(s[-1].name, "ReLU")
  eq(s[3], nil)
  eq(names(s:named_parameters()), "hidden.weight hidden.bias")
  local t = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
  t:insert(2, nn.Tanh())
  t:append(nn.Linear(3, 1))
  eq(#t, 4)
  eq(t[2].name .. t[3].name .. t[-1].name, "TanhReLULinear")
  eq(names(t:named_parameters()), "1.weight 1.bias 4.weight 4.bias")
  eq(t(lab.zeros(5, 2)).shape, { 5, 1 })
  fails(function() nn.Sequential(nn.ReLU) end, "it is a class: call it, as in nn.ReLU()")
  fails(function() t:insert(9, nn.ReLU()) end, "position 9 of 4")
  fails(function() nn.Sequential(5) end, "must be a module, got number")
  local Deep = nn.Sequential:extend("Deep")
  function Deep:init() Deep.super.init(self, nn.Linear(1, 1), nn.ReLU()); self.depth = 2 end
  eq(#Deep(), 2)
  eq(Deep()[-1].name, "ReLU")
  eq(Deep()(lab.ones(1, 1)).shape, { 1, 1 })
end)

test("ModuleList is found, and has no forward", function()
  local list = nn.ModuleList { nn.Linear(1, 1), nn.Linear(1, 1) }
  list:append(nn.ReLU())
  list:extend_with { nn.Tanh() }
  eq(#list, 4)
  eq(list[-1].name, "Tanh")
  eq(#list:parameters(), 4)
  fails(function() list(lab.ones(1)) end, "has no forward")
end)

test("apply visits children before parents", function()
  local seen = {}
  nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())):apply(function(m) seen[#seen + 1] = m.name end)
  eq(table.concat(seen, " "), "ReLU Tanh Sequential Sequential")
end)

test("every activation layer computes its operator", function()
  local x = lab.tensor { -4, -0.5, 0.5, 4 }
  local pairs_of = {
    ReLU = "relu", ReLU6 = "relu6", SELU = "selu", SiLU = "silu", Mish = "mish", Softsign = "softsign", Tanh = "tanh", Sigmoid = "sigmoid",
    LogSigmoid = "logsigmoid", Hardsigmoid = "hardsigmoid", Hardswish = "hardswish", LeakyReLU = "leaky_relu", ELU = "elu", CELU = "celu",
    GELU = "gelu", Softplus = "softplus", Hardtanh = "hardtanh",
  }
  for class, operator in pairs(pairs_of) do eq(nn[class]()(x), lab[operator](x)) end
  eq(nn.LeakyReLU(0.5)(x), lab.leaky_relu(x, 0.5))
  eq(nn.Hardtanh { max_val = 3 }(x), { -1, -0.5, 0.5, 3 })
  eq(nn.GELU { approximate = "tanh" }(x), lab.gelu_tanh(x))
  eq(nn.Softmax(1)(x), lab.softmax(x, 1))
  eq(nn.functional.gelu(x, { approximate = "tanh" }), lab.gelu_tanh(x))
  fails(function() nn.GELU { approximate = "fast" } end, "\"none\" or \"tanh\"")
  fails(function() nn.Softmax() end, "'dim' is missing")
end)

test("losses as layers pass their options on, and keep weights as buffers", function()
  local x, y = lab.randn(4, 3), lab.tensor({ 1, 2, 3, 1 }, { dtype = "int64" })
  local w = lab.tensor { 1, 2, 3 }
  local loss = nn.CrossEntropyLoss { weight = w, label_smoothing = 0.1, reduction = "sum" }
  close(loss(x, y):item(), lab.cross_entropy(x, y, w, { label_smoothing = 0.1, reduction = "sum" }):item())
  eq(#loss:buffers(), 1)
  close(nn.NLLLoss { ignore_index = 2 }(x, y):item(), lab.nll_loss(x, y, { ignore_index = 2 }):item())
  close(nn.BCEWithLogitsLoss { pos_weight = w }(x, lab.ones(4, 3)):item(),
    lab.binary_cross_entropy_with_logits(x, lab.ones(4, 3), { pos_weight = w }):item())
  close(nn.HuberLoss { delta = 0.5 }(x, lab.zeros(4, 3)):item(), lab.huber_loss(x, lab.zeros(4, 3), { delta = 0.5 }):item())
  fails(function() nn.MSELoss { reduction = "average" } end, "one of \"mean\", \"sum\", \"none\"")
  fails(function() nn.MSELoss { reducton = "sum" } end, "did you mean 'reduction'?")
  eq(nn.KLDivLoss { reduction = "batchmean" }(lab.zeros(2, 1), lab.ones(2, 1)):item(), 0.0)
end)

test("constructors name wrong, missing and unknown arguments", function()
  fails(function() nn.Linear(2) end, "nn.Linear: 'out_features' is missing")
  fails(function() nn.Linear(2.5, 3) end, "'in_features' must be a whole number, at least 0, got float 2.5")
  fails(function() nn.Linear("2", 3) end, "'in_features' must be a whole number, at least 0, got string \"2\"")
  fails(function() nn.Linear(2, 3, { bais = false }) end, "unknown option 'bais'; did you mean 'bias'?")
  fails(function() nn.Linear(2, 3, { in_features = 4 }) end, "'in_features' was given twice")
  fails(function() nn.Dropout(1.5) end, "'p' must be a number from 0 to 1")
  fails(function() nn.Embedding(3, 2, { padding_idx = 4 }) end, "padding_idx is 4: rows are 1..3")
  fails(function() nn.Parameter(5) end, "a tensor is needed")
end)

test("starting values have the bounds and deviations of PyTorch's formulas", function()
  local l = nn.Linear(100, 400)
  local bound = 1 / math.sqrt(100)
  for _, p in ipairs(l:parameters()) do
    local top = p:detach():abs():max():item()
    if top > bound or top < 0.9 * bound then error("largest " .. top .. " for the bound " .. bound) end
  end
  local function std(t) return t:std():item() end
  local w = lab.zeros(200, 300)
  close(std(nn.init.normal_(w, 0, 3)), 3, 0.02)
  close(std(nn.init.uniform_(w, -1, 1)), 1 / math.sqrt(3), 0.02)
  close(std(nn.init.xavier_normal_(w, { gain = 2 })), 2 * math.sqrt(2 / 500), 0.02)
  close(std(nn.init.xavier_uniform_(w)), math.sqrt(2 / 500), 0.02)
  close(std(nn.init.kaiming_normal_(w, { nonlinearity = "relu" })), math.sqrt(2 / 300), 0.02)
  close(std(nn.init.kaiming_uniform_(w, { mode = "fan_out", a = 1 })), math.sqrt(1 / 200), 0.02)
  close(std(nn.init.trunc_normal_(w)), 0.8796, 0.02)
  eq(nn.init.trunc_normal_(w, { a = -1, b = 1 }):abs():max():item() <= 1, true)
  eq(nn.init.constant_(lab.zeros(2), 3), { 3, 3 })
  eq(nn.init.eye_(lab.ones(2, 3)), { { 1, 0, 0 }, { 0, 1, 0 } })
  close(nn.init.calculate_gain("leaky_relu", 1), 1)
  fails(function() nn.init.calculate_gain("rleu") end, "did you mean 'relu'?")
  fails(function() nn.init.xavier_uniform_(lab.zeros(3)) end, "at least 2 dimensions")
  fails(function() nn.init.kaiming_normal_(w, { mode = "fan" }) end, "mode is 'fan'")
end)

test("orthogonal_ gives orthogonal rows or columns", function()
  local wide = nn.init.orthogonal_(lab.zeros(3, 5, { dtype = "float64" }), 2)
  close(wide:matmul(wide:t()), { { 4, 0, 0 }, { 0, 4, 0 }, { 0, 0, 4 } }, 1e-10)
  local tall = nn.init.orthogonal_(lab.zeros(5, 3, { dtype = "float64" }))
  close(tall:t():matmul(tall), { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }, 1e-10)
end)

test("initialisation follows the seed", function()
  lab.manual_seed(3)
  local a = nn.Linear(5, 5).weight:detach():clone()
  lab.manual_seed(3)
  eq(nn.Linear(5, 5).weight, a)
end)

test("Embedding's padding row starts at 0 and stays there", function()
  local e = nn.Embedding(4, 3, { padding_idx = 2 })
  eq(e.weight:detach()[2], { 0, 0, 0 })
  local index = lab.tensor({ 1, 2, 4 }, { dtype = "int64" })
  e(index):sum():backward()
  eq(e.weight.grad, { { 1, 1, 1 }, { 0, 0, 0 }, { 0, 0, 0 }, { 1, 1, 1 } })
  eq(tostring(e), "Embedding(4, 3, padding_idx=2)  -- 12")
end)

test("Flatten and Unflatten", function()
  eq(nn.Flatten()(lab.zeros(2, 3, 4)).shape, { 2, 12 })
  eq(nn.Unflatten(2, { 3, 4 })(lab.zeros(2, 12)).shape, { 2, 3, 4 })
end)

test("parameters_to_vector and back", function()
  local a, b = nn.Linear(2, 3), nn.Linear(2, 3)
  nn.utils.vector_to_parameters(nn.utils.parameters_to_vector(a:parameters()), b:parameters())
  eq(a.weight, b.weight)
  eq(a.bias, b.bias)
  fails(function() nn.utils.vector_to_parameters(lab.zeros(3), a:parameters()) end, "3 numbers for parameters of 9")
end)
