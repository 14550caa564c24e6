-- bits.lua: the same bytes under 1, 2, 3 and 8 threads, for every operator on large inputs, its gradients, and training.
-- Each part runs once per thread count in this process; the results' bytes must be equal.
dofile("tests/lua/harness.lua")

-- All bits of a tensor as a string: numbers exactly, nan included.
local function bytes(v)
  local list = v:detach():contiguous():view(-1):tolist()
  local out = {}
  for i, x in ipairs(list) do
    if type(x) == "boolean" then out[i] = x and "1" or "0"
    elseif math.type(x) == "integer" then out[i] = string.pack("i8", x)
    else out[i] = string.pack("d", x) end
  end
  return table.concat(out)
end

local function equal_under_threads(f)
  local want
  for _, n in ipairs { 1, 2, 3, 8 } do
    lab.set_num_threads(n)
    lab.manual_seed(7)
    local parts = {}
    for _, v in ipairs(f()) do parts[#parts + 1] = bytes(v) end
    local got = table.concat(parts)
    want = want or got
    if got ~= want then error("different under " .. n .. " threads", 2) end
  end
end

local function add_floats(list, ...)
  for _, r in ipairs { ... } do
    if lab.is_tensor(r) then list[#list + 1] = r
    elseif type(r) == "table" then add_floats(list, table.unpack(r)) end
  end
  return list
end

local function with_gradients(inputs, f)
  local results = add_floats({}, f(table.unpack(inputs)))
  local loss
  for _, y in ipairs(results) do
    if y.requires_grad then
      local part = y:sum()
      loss = loss and loss + part or part
    end
  end
  if loss then
    loss:backward()
    for _, x in ipairs(inputs) do if lab.is_tensor(x) and x.grad then results[#results + 1] = x.grad end end
  end
  return results
end

for _, row in ipairs(lab._operators()) do
  if row.pointwise and row.types.float32 then
    test(row.name .. ": equal bits under any number of threads", function()
      equal_under_threads(function()
        local inputs = {}
        for i = 1, row.inputs do
          inputs[i] = lab.rand(257, 301) * (row.hi - row.lo) + row.lo
          if row.name == "where" and i == 1 then inputs[i] = inputs[i]:gt(0) elseif row.formulas[i] and row.formulas[i] ~= "none" then inputs[i] = inputs[i]:detach():requires_grad_() end
        end
        if row.inputs > 1 and row.name ~= "where" then inputs[2] = inputs[2]["1:1"]:detach() end
        return with_gradients(inputs, lab[row.name])
      end)
    end)
  end
end

local function x(...) return lab.randn(...):requires_grad_() end
local long = 100003
local cases = {
  sum = function() return { x(long) }, function(a) return a:sum() end end,
  sum_rows = function() return { x(513, 700) }, function(a) return a:sum(2), a:sum(1), a:mean(1), a:var(2), a:std(1) end end,
  sum_f64 = function() return { lab.randn(long, { dtype = "float64" }):requires_grad_() }, function(a) return a:sum() end end,
  norm = function() return { x(long) }, function(a) return a:norm(), a:logsumexp(1), a:prod(), a:amax(), a:cumsum(1) end end,
  sort = function() return { x(7, 9001) }, function(a) return (a:sort(2)), a:topk(5, 2), a:median() end end,
  matmul = function() return { x(311, 517), x(517, 203) }, lab.matmul end,
  matmul_batched = function() return { x(9, 65, 70), x(9, 70, 33) }, lab.matmul end,
  matmul_tall = function() return { x(3, 50000), x(50000, 5) }, lab.matmul end,
  matvec = function() return { x(700, 1300), x(1300) }, lab.matmul end,
  softmax = function() return { x(300, 1000) }, function(a) return a:softmax(2), a:log_softmax(1) end end,
  gather = function() return { x(50, 60), lab.randint(1, 51, { 20000, 60 }) }, function(a, i) return a:gather(1, i) end end,
  index_select = function() return { x(100, 33), lab.randint(1, 101, { 30000 }) }, function(a, i) return a:index_select(1, i) end end,
  embedding = function() return { lab.randint(1, 101, { 30000 }), x(100, 33) }, function(i, w) return lab.embedding(i, w) end end,
  linear = function() return { x(640, 300), x(100, 300), x(100) }, lab.linear end,
  cross_entropy = function() return { x(5000, 37), lab.randint(1, 38, { 5000 }) }, function(a, i) return lab.cross_entropy(a, i) end end,
  dropout = function() return { x(long) }, function(a) return lab.dropout(a, 0.3) end end,
  random = function() return {}, function() return lab.rand(long), lab.randn(long), lab.randperm(5000), lab.bernoulli(lab.full({ long }, 0.3)) end end,
  metrics = function()
    return { lab.randint(1, 11, { 50000 }), lab.randn(50000, 10) }, function(t, s)
      return metrics.confusion_matrix(t, s), lab.tensor({ metrics.log_loss(t, s, { from_logits = true }), metrics.roc_auc_score(t, s),
        metrics.f1_score(t, s, { average = "macro" }), metrics.r2_score(t, s:amax(2)) }, { dtype = "float64" })
    end
  end,
  cholesky = function() return {}, function() local a = lab.randn(5, 40, 40) return lab.cholesky(a:matmul(a:transpose(2, 3)) + lab.eye(40)) end end,
}
local names = {}
for name in pairs(cases) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  test(name .. ": equal bits under any number of threads", function()
    equal_under_threads(function() return with_gradients(cases[name]()) end)
  end)
end

for _, optimizer in ipairs { "SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam" } do
  test("training with " .. optimizer .. ": equal bits under any number of threads", function()
    equal_under_threads(function()
      local net = nn.Sequential(nn.Linear(100, 300), nn.ReLU(), nn.Dropout(0.2), nn.Linear(300, 10))
      local opt = optim[optimizer](net:parameters(), { lr = 0.01 })
      local schedule = optim.lr_scheduler.CosineAnnealingLR(opt, 5)
      local data, labels = lab.randn(500, 100), lab.randint(1, 11, { 500 })
      for _ = 1, 5 do
        opt:zero_grad()
        lab.cross_entropy(net(data), labels):backward()
        opt:step()
        schedule:step()
      end
      return net:parameters()
    end)
  end)
end

test("maps and principal components have the same bits under any number of threads", function()
  equal_under_threads(function()
    local x = lab.cat { lab.randn(150, 30), lab.randn(150, 30) + 2 }
    local pca = data.PCA { components = 5 }
    local y = pca:fit_transform(x)
    return { y, pca.components_, data.TSNE { max_iter = 60 }:fit_transform(y) }
  end)
end)

test("batches of a data set: equal bits under any number of threads and of a loader's workers", function()
  for _, workers in ipairs { 0, 1, 2, 4 } do
    equal_under_threads(function()
      local set, list = data.TensorDataset(lab.randn(300, 2000), lab.randint(1, 11, { 300 })), {}
      for x, y in data.DataLoader(set, { batch_size = 64, shuffle = true, num_workers = workers }) do
        list[#list + 1] = x
        list[#list + 1] = y
      end
      return list
    end)
  end
end)

-- Every hand-written operator, on its samples, with its gradients.
for _, family in ipairs { "shape", "index", "create", "random", "reduce", "sort", "linalg", "nn", "pointwise" } do
  for name, list in pairs(dofile("tests/lua/samples/" .. family .. ".lua")) do
    if name ~= "empty" and name ~= "empty_like" then -- not initialised
      test(name .. ": its samples give equal bits under any number of threads", function()
        for _, sample in ipairs(list) do
          local args = type(sample) == "function" and table.pack(sample()) or table.pack(table.unpack(sample))
          local inputs = {}
          for i = 1, args.n do inputs[i] = args[i] end
          equal_under_threads(function()
            for i = 1, args.n do if lab.is_tensor(inputs[i]) then inputs[i].grad = nil end end
            local results = add_floats({}, lab[name](table.unpack(inputs, 1, args.n)))
            local loss
            for _, y in ipairs(results) do if y.requires_grad then loss = loss and loss + y:sum() or y:sum() end end
            if loss then loss:backward { retain_graph = true } end
            for i = 1, args.n do if lab.is_tensor(inputs[i]) and inputs[i].grad then results[#results + 1] = inputs[i].grad end end
            return results
          end)
        end
      end)
    end
  end
end
