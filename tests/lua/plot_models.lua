-- plot_models.lua: plots of pictures, models and what they say.  ACCEPT=1 in the environment writes the pictures of
-- today to tests/expected/plot_model_*.txt; look at them before you commit them.

local function text(figure, options)
  options = options or {}
  return figure:text { cols = options.cols or 60, rows = options.rows, charset = options.charset, color = options.color,
    background = options.background }
end

-- The stored picture of this name.
local function golden(name, figure, options)
  local path, got = ("tests/expected/plot_model_%s.txt"):format(name), text(figure, options)
  if os.getenv("ACCEPT") then assert(io.open(path, "w")):write(got):close() end
  local file = io.open(path)
  local want = file and file:read("a") or ""
  if file then file:close() end
  if got ~= want then error(("%s: got\n%s\nnot\n%s"):format(name, got, want), 2) end
end

local function same(a, b, options)
  a, b = text(a, options), text(b, options)
  if a ~= b then error("the pictures differ:\n" .. a .. b, 2) end
end

local function other(a, b, options)
  if text(a, options) == text(b, options) then error("the pictures are the same:\n" .. text(a, options), 2) end
end

local function shows(figure, ...)
  local picture = text(figure)
  for _, word in ipairs { ... } do
    if not picture:find(word, 1, true) then error(("no \"%s\" in\n%s"):format(word, picture), 2) end
  end
end

local function hides(figure, word)
  local picture = text(figure)
  if picture:find(word, 1, true) then error(("\"%s\" in\n%s"):format(word, picture), 2) end
end

-- Numbers without chance: 0 to below 1, shuffled by a prime.
local function scattered(...)
  local n = 1
  for _, size in ipairs { ... } do n = n * size end
  return (lab.arange(1, n + 1):to "float64" * 0.6180339887 % 1):reshape(...)
end

-- A disc, light in the middle.
local function disc(size)
  local at = lab.linspace(-1, 1, size)
  return (1.2 - (at:unsqueeze(1) ^ 2 + at:unsqueeze(2) ^ 2)):clamp(0, 1)
end

-- Every figure of this file on many frames: nothing fails, rows are as many as asked.
local function at_all_sizes(figure)
  for _, size in ipairs { { 1, 1 }, { 2, 9 }, { 8, 3 }, { 20, 6 }, { 33, 12 }, { 120, 40 } } do
    for _, color in ipairs { false, 16, 256, 24 } do
      local picture = figure:text { cols = size[1], rows = size[2], color = color, charset = color and "utf8" or "ascii" }
      eq(select(2, picture:gsub("\n", "")), size[2])
    end
  end
end

-- ---- pictures ------------------------------------------------------------------------------------

test("gray pictures have the shapes (H, W), (1, H, W), (H, W, 1) and (1, 1, H, W)", function()
  local x = disc(12)
  for _, shape in ipairs { { 1, 12, 12 }, { 12, 12, 1 }, { 1, 1, 12, 12 } } do
    same(plot.image(x:reshape(table.unpack(shape))), plot.image(x))
  end
  same(plot.image(x:tolist()), plot.image(x))
end)

test("colored pictures have the shapes (3, H, W) and (H, W, 3)", function()
  local x = scattered(3, 8, 6)
  same(plot.image(x), plot.image(x:permute(2, 3, 1)), { color = 24 })
  other(plot.image(x), plot.image(x:flip(1)), { color = 24 })
  same(plot.image(x), plot.image { x = x }, { color = 24 })
end)

test("0 to 255 of bytes, 0 to 1 of fractions and any other range are black to white", function()
  local x = disc(9)
  local bytes = (x * 255):round()
  same(plot.image(bytes:to "uint8"), plot.image(bytes / 255), { color = 24 })
  same(plot.image(bytes:to "int64"), plot.image(bytes / 255), { color = 24 })
  same(plot.image(x * 7 - 3), plot.image(x / x:amax()), { color = 24 })
  same(plot.image(x * 0.5), plot.image(x, { range = { 0, 2 } }), { color = 24 })
  same(plot.image(lab.tensor { { true, false } }), plot.image { { 1, 0 } }, { color = 24 })
  other(plot.image(x * 0.5), plot.image(x), { color = 24 })
end)

test("pictures of every dtype, of other layouts and with a gradient are the same", function()
  local x = lab.tensor { { 0, 1, 1 }, { 1, 0, 1 } }
  for _, dtype in ipairs { "float32", "float64", "bfloat16", "float16", "int64", "int32", "int8", "uint8", "bool" } do
    same(plot.image(x:to(dtype)), plot.image(x), { color = 24 })
  end
  same(plot.image(x:transpose(1, 2):contiguous():transpose(1, 2)), plot.image(x))
  same(plot.image(lab.tensor({ { 0, 1, 1 }, { 1, 0, 1 } }, { requires_grad = true })), plot.image(x))
end)

test("pictures may be on any device", function()
  if not lab.is_available("fake") then skip("no fake device plugin beside the executable") end
  local x = scattered(4, 3, 6, 6):to "float32"
  same(plot.images(x:to "fake"), plot.images(x), { color = 24 })
  same(plot.heatmap(x[1][1]:to "fake"), plot.heatmap(x[1][1]))
  same(plot.spy(lab.eye(5):to "fake"), plot.spy(lab.eye(5)))
  same(plot.roc(lab.tensor({ 0, 1, 1 }, { device = "fake" }), lab.tensor({ 0.1, 0.4, 0.3 }, { device = "fake" })),
    plot.roc({ 0, 1, 1 }, { 0.1, 0.4, 0.3 }))
  local samples, classes = scattered(12, 4):to "float32", lab.arange(0, 12) % 3 + 1
  same(plot.embedding(samples:to "fake", classes:to "fake"), plot.embedding(samples, classes))
  same(plot.confusion(classes:to "fake", classes:flip(1):to "fake"), plot.confusion(classes, classes:flip(1)))
  local asked
  local function left(x)
    asked = x.device
    return x:select(2, 1)
  end
  local x = samples:narrow(2, 1, 2)
  same(plot.boundary(left, x:to "fake", classes:to "fake"), plot.boundary(function(p) return p:select(2, 1) end, x, classes))
  eq(asked:find("fake") ~= nil, true)
end)

test("numbers that are not finite have no light, and do not change that of others", function()
  local x = disc(8)
  x[2][3], x[5][5] = 0 / 0, 1 / 0
  shows(plot.image(x), "1 NaN, 1 Inf")
  at_all_sizes(plot.image(lab.full({ 3, 4, 4 }, 0 / 0)))
  at_all_sizes(plot.image(lab.full({ 4, 4 }, -1 / 0)))
end)

test("a picture has its first row at the top and no axes unless asked", function()
  local f = plot.image({ { 1, 1 }, { 0, 0 } })
  local rows = {}
  for row in text(f, { cols = 4, rows = 2 }):gmatch("[^\n]+") do rows[#rows + 1] = row end
  eq(rows, { "████", "    " })
  hides(plot.image(disc(30)), "30")
  shows(plot.image(disc(30), { axes = true }), "30")
end)

test("pictures and their titles are as stored", function()
  golden("image", plot.image(disc(14), { title = "a disc" }))
  golden("image_rgb", plot.image(scattered(3, 6, 8), { title = "noise" }), { cols = 30, color = 24 })
  golden("images", plot.images(lab.stack({ disc(10), 1 - disc(10), disc(10) ^ 4, disc(10) * 0.3 }),
    { titles = { 1, 2, 1, 2 }, pred = { 1, 2, 2, 2 }, names = { "disc", "hole" }, title = "what it sees" }))
end)

test("a batch is (N, H, W), (N, C, H, W) or (N, H, W, 3), or a list of pictures", function()
  local x = scattered(4, 3, 6, 5)
  same(plot.images(x), plot.images { x[1], x[2], x[3], x[4] }, { color = 24 })
  same(plot.images(x), plot.images(x:permute(1, 3, 4, 2)), { color = 24 })
  same(plot.images(x:select(2, 1)), plot.images(x:narrow(2, 1, 1)), { color = 24 })
end)

test("right predictions have a sign and a color, and wrong ones others", function()
  local f = plot.images(lab.zeros(2, 4, 4), { titles = { "cat", "dog" }, pred = { "cat", "cat" } })
  shows(f, "✓ cat", "✗ cat (dog)")
  local colored = text(f, { color = 16 })
  assert(colored:find("\27[92m✓", 1, true), "right ones are not green")
  assert(colored:find("\27[33m✗", 1, true) or colored:find("\27[91m✗", 1, true), "wrong ones are not red")
  hides(plot.images(lab.zeros(2, 4, 4), { pred = { "cat", "cat" } }), "✓")
  shows(plot.images(lab.zeros(2, 4, 4), { pred = lab.tensor { { 0.1, 0.9 }, { 0.8, 0.2 } }, names = { "one", "two" } }),
    "one", "two")
  shows(plot.images(lab.zeros(2, 4, 4), { titles = { 0, 1 }, names = { "zero", "one" } }), "zero", "one")
  at_all_sizes(f)
end)

test("of many pictures the first 64 are shown, and the title says so", function()
  shows(plot.images(lab.zeros(1200, 3, 3)), "64 of 1,200")
  at_all_sizes(plot.images(scattered(70, 5, 5)))
end)

test("wrong shapes of pictures are told the right ones", function()
  fails(function() plot.image(lab.zeros(2, 8, 8)) end, "plot.image: x should have the shape (H, W), (1, H, W), (3, H, W)")
  fails(function() plot.image(lab.zeros(8)) end, "float32 [8]")
  fails(function() plot.image(lab.zeros(0, 8)) end, "x is empty")
  fails(function() plot.image() end, "no data: give a picture x")
  fails(function() plot.image("boot.png") end, "got a string")
  fails(function() plot.image(disc(4), { range = { 1, 0 } }) end, "the first should be the smaller")
  fails(function() plot.image(disc(4), { mapp = "gray" }) end, "map")
  fails(function() plot.images(lab.zeros(8, 8)) end, "a batch (N, C, H, W), (N, H, W, 3) or (N, H, W)")
  fails(function() plot.images {} end, "give pictures x")
  fails(function() plot.images(lab.zeros(0, 4, 4)) end, "x is empty")
  fails(function() plot.images(lab.zeros(2, 4, 4), { titles = { 1, 2, 3 } }) end, "titles has 3 classes for 2 samples")
  fails(function() plot.images(lab.zeros(2, 4, 4), { titles = { 1, 3 }, names = { "a", "b" } }) end,
    "there is a class 3, but names has 2")
  fails(function() plot.images(lab.zeros(2, 4, 4), { titles = { "a" } }) end, "1 strings for 2 pictures")
  fails(function() plot.images(lab.zeros(2, 4, 4), { cols = 0 }) end, "from 1 to 32")
end)

-- ---- matrices ------------------------------------------------------------------------------------

local COUNTS = { { 50, 3, 0 }, { 2, 40, 8 }, { 1, 12, 87 } }

test("a confusion matrix has counts in its cells, recall, precision and accuracy beside them", function()
  local f = plot.confusion(COUNTS, { "cat", "dog", "owl" })
  shows(f, "50", "40", "87", "12", "94%", "80%", "87%", "73%", "92%", "true", "predicted", "cat", "owl", "recall")
  golden("confusion", f)
  at_all_sizes(f)
end)

test("classes and predictions give the matrix that metrics count", function()
  local target, predicted = { 1, 2, 3, 3, 2 }, { 1, 2, 2, 3, 2 }
  same(plot.confusion(target, predicted), plot.confusion(metrics.confusion_matrix(target, predicted)))
  same(plot.confusion(lab.tensor(target), lab.one_hot and lab.tensor(predicted) or predicted, { names = { "a", "b", "c" } }),
    plot.confusion(metrics.confusion_matrix(target, predicted), { "a", "b", "c" }))
end)

test("normalize writes percent of rows, of columns or of everything", function()
  shows(plot.confusion(COUNTS, { normalize = true, margins = false }), "94%", "6%", "0%", "80%")
  shows(plot.confusion(COUNTS, { normalize = "pred", margins = false }), "94%", "73%", "22%")
  shows(plot.confusion(COUNTS, { normalize = "all", margins = false }), "25%", "20%", "43%")
  hides(plot.confusion(COUNTS, { margins = false }), "%")
end)

test("a hundred classes are shown without numbers, and empty classes as such", function()
  local many = lab.eye(100) * 5 + 1
  hides(plot.confusion(many), "%")
  at_all_sizes(plot.confusion(many))
  shows(plot.confusion { { 5, 0 }, { 0, 0 } }, "100%", "-")
  at_all_sizes(plot.confusion { { 0 / 0, 1 }, { -1, 1 / 0 } })
end)

test("wrong confusion matrices are told what is wrong", function()
  fails(function() plot.confusion(lab.ones(2, 3)) end, "plot.confusion: matrix should be square")
  fails(function() plot.confusion(COUNTS, { "a", "b" }) end, "names has 2 names for 3 classes")
  fails(function() plot.confusion() end, "give a matrix, or classes and predictions")
  fails(function() plot.confusion(COUNTS, { normalize = "rows" }) end, "it can be true, pred, all")
end)

test("the elements of a matrix that are not 0 are shown and counted", function()
  shows(plot.spy { { 1, 0 }, { 0, 0 / 0 } }, "2 of 4 not 0 (50 %)")
  shows(plot.spy(lab.eye(300), { title = "eye" }), "eye: 300 of 90,000 not 0 (0.333 %)")
  shows(plot.spy(lab.zeros(100, 100)), "0 of 10,000 not 0 (0 %)")
  golden("spy", plot.spy(lab.eye(8) + lab.eye(8):flip(1)), { cols = 40, rows = 12 })
  golden("spy_large", plot.spy((scattered(120, 120):lt(0.02) + lab.eye(120)):to "bool"), { rows = 20 })
  at_all_sizes(plot.spy(lab.eye(3)))
end)

test("a single element that is not 0 is seen in a matrix of any size", function()
  for _, n in ipairs { 3, 41, 500 } do
    local z = lab.zeros(n, n)
    z[n][1] = 1
    local last
    for row in text(plot.spy(z), { cols = 30, rows = 12 }):gmatch("[^\n]+") do
      if row:find("│", 1, true) or row:find("┤", 1, true) then last = row end
    end
    local after = last:match("[│┤](.*)$")
    assert(after:find("[^ \xe2\xa0\x80]"), ("nothing in the corner of %d:\n%s"):format(n, last))
  end
end)

-- ---- models --------------------------------------------------------------------------------------

local X = lab.tensor { { -1, -1 }, { 1, -1 }, { -1, 1 }, { 1, 1 }, { -0.5, -0.6 }, { 0.6, 0.7 } }
local function product(x) return x:select(2, 1) * x:select(2, 2) end

test("what a model decides is shown for scores, probabilities, logits and classes alike", function()
  local y = { 2, 1, 1, 2, 2, 2 }
  local f = plot.boundary(product, X, y)
  local function as(fn) return plot.boundary(fn, X, y) end
  same(f, as(function(x) return product(x):unsqueeze(2) end))
  same(f, as(function(x) return product(x):sigmoid() end))
  same(f, as(function(x) return lab.stack({ lab.zeros(x:size(1)), product(x):to "float32" }, 2) end))
  same(f, as(function(x) return product(x):gt(0):to "int64" + 1 end))
  same(f, plot.boundary(product, X, { 1, 0, 0, 1, 1, 1 }, { names = { "1", "2" } }))
  golden("boundary", f)
  golden("boundary_ascii", plot.boundary(product, X, y, { names = { "odd", "even" } }), { charset = "ascii", rows = 12 })
  at_all_sizes(f)
end)

test("a network is asked as it predicts, and trains on as before", function()
  local net = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.9), nn.Linear(4, 3))
  local modes = {}
  net[2].forward = function(self, x) modes[#modes + 1] = self.training return x end
  plot.boundary(net, X, { 1, 2, 3, 1, 2, 3 })
  eq(modes, { false })
  eq({ net.training, net[2].training }, { true, true })
  fails(function() plot.boundary(nn.Linear(3, 2), X) end, "linear")
  local wrong = nn.Linear(3, 2)
  pcall(plot.boundary, wrong, X)
  eq(wrong.training, true)
end)

test("the range of a boundary is that of the points, or as asked", function()
  shows(plot.boundary(product, X * 40), "-40", "40")
  shows(plot.boundary(product, { range = { { 0, 10 }, { 100, 200 } } }), "10", "200")
  same(plot.boundary(product), plot.boundary(product, { range = { -3, 3 } }))
end)

test("wrong models and points are told the right ones", function()
  fails(function() plot.boundary(3) end, "a network or a function of points (N, 2), got a number")
  fails(function() plot.boundary(product, lab.zeros(5, 3)) end, "a tensor of shape (N, 2), got float32 [5 3]")
  fails(function() plot.boundary(product, X, { 1, 2 }) end, "y has 2 classes for 6 samples")
  fails(function() plot.boundary(product, X, { 1.5, 1, 1, 1, 1, 1 }) end, "classes are whole numbers")
  fails(function() plot.boundary(function() return 1 end) end, "scores (N, classes)")
  fails(function() plot.boundary(function() return lab.zeros(7, 2) end) end, "it gave float32 [7 2]")
  fails(function() plot.boundary(product, { resolution = 1 }) end, "from 2 to 2000")
end)

test("filters share a range with 0 in the middle", function()
  local w = scattered(6, 1, 3, 3) - 0.3
  golden("filters", plot.filters(w, { title = "conv1" }))
  same(plot.filters(w), plot.filters(setmetatable({ weight = w }, {})))
  same(plot.filters(w), plot.filters(w:squeeze(2)))
  same(plot.filters(w), plot.filters(w * 100))
  shows(plot.filters(lab.zeros(200, 1, 3, 3)), "64 of 200 filters")
  shows(plot.filters(lab.zeros(20, 16, 3, 3), { title = "conv2" }), "conv2: 8 of 20 filters, 8 of 16 channels")
  at_all_sizes(plot.filters(scattered(4, 3, 5, 5), { rgb = true }))
  at_all_sizes(plot.filters(lab.full({ 2, 1, 3, 3 }, 0 / 0)))
  fails(function() plot.filters(lab.zeros(8, 8)) end, "weights (O, I, H, W) or (O, H, W), got float32 [8 8]")
  fails(function() plot.filters(w, { rgb = true }) end, "weights of 3 channels")
  fails(function() plot.filters() end, "give weights w")
end)

test("attention has its tokens on both axes, and heads beside each other", function()
  local a = (scattered(4, 4) * 3):softmax(2)
  shows(plot.attention(a, { "the", "cat", "sat", "down" }), "the", "cat", "sat", "down")
  golden("attention", plot.attention(a, { "the", "cat", "sat", "down" }), { rows = 14 })
  golden("attention_heads", plot.attention(lab.stack { a, a:flip(1) }, { title = "layer 1" }))
  shows(plot.attention(scattered(2, 2, 3), { "a", "b" }, { keys = { "x", "y", "z" } }), "head 2", "x", "z", "a")
  shows(plot.attention(scattered(20, 3, 3)), "16 of 20 heads")
  at_all_sizes(plot.attention(scattered(5, 6, 6)))
  at_all_sizes(plot.attention(lab.full({ 3, 3 }, 0 / 0)))
  fails(function() plot.attention(lab.zeros(4)) end, "(T, S) or (heads, T, S), got float32 [4]")
  fails(function() plot.attention(a, { "a", "b" }) end, "tokens has 2 words for the 4 rows")
  fails(function() plot.figure():attention(lab.zeros(3, 4, 4)) end, "3 heads; one panel shows one")
end)

test("weights and gradients have a histogram for each parameter", function()
  local net = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
  for _, p in ipairs(net:parameters()) do
    lab.no_grad(function() p:copy_((scattered(p:numel()) - 0.5):reshape(table.unpack(p.shape))) end)
  end
  local f = plot.weights(net)
  shows(f, "1.weight (2×3)", "2.bias (1)", "±")
  golden("weights", f, { cols = 80 })
  net(lab.ones(4, 3)):sum():backward()
  shows(plot.weights(net), "1.weight gradient")
  hides(plot.weights(net, { grad = false }), "gradient")
  same(plot.weights(net, { grad = false }), f, { cols = 80 })
  shows(plot.weights { a = lab.tensor { 1, 2, 0 / 0 } }, "a (3): 1.5 ± 0.71, 1 not finite")
  shows(plot.weights { lab.full({ 4 }, 0 / 0) }, "nothing finite")
  shows(plot.weights(net, { max = 1, grad = false }), "1 of 4 parameters")
  at_all_sizes(plot.weights(net))
  fails(function() plot.weights("net") end, "a network, a tensor or a table of tensors by name")
  fails(function() plot.weights(nn.ReLU()) end, "no parameters")
  fails(function() plot.weights { a = 3, b = lab.zeros(2) } end, "a is a number; tensors expected")
  fails(function() plot.weights(net, { bins = 0 }) end, "from 1 to 1000")
end)

test("many features are mapped by principal components, t-SNE, or not at all", function()
  local y, far = {}, {}
  for i = 1, 30 do y[i], far[i] = i % 3 + 1, { 10 * (i % 3 == 0 and 1 or 0), 10 * (i % 3 == 1 and 1 or 0), 0, 0 } end
  local x = lab.tensor(far) + scattered(30, 4)
  local f = plot.embedding(x, y, { names = { "a", "b", "c" } })
  shows(f, "component 1 (", "component 2 (", "a", "b", "c")
  golden("embedding", f, { rows = 16 })
  shows(plot.embedding(x, y, { method = "tsne" }), "t-SNE 1")
  same(plot.embedding(X, { 1, 2, 1, 2, 1, 2 }), plot.scatter(X, { 1, 2, 1, 2, 1, 2 }))
  same(plot.embedding(x), plot.embedding(x:reshape(30, 2, 2)))
  at_all_sizes(f)
  fails(function() plot.embedding(lab.zeros(20)) end, "a tensor of shape (N, D), got float32 [20]")
  fails(function() plot.embedding(x, { method = "none" }) end, "method=\"none\" shows two features, X has 4")
  fails(function() plot.embedding(x, { 1, 2 }) end, "2 classes for 30 samples")
  fails(function() plot.embedding(x, { perplexity = 5 }) end, "method=\"tsne\"")
  fails(function() plot.embedding(x, { method = "umap" }) end, "it can be pca, tsne, none")
end)

-- ---- scores --------------------------------------------------------------------------------------

-- The areas are scikit-learn's roc_auc_score and average_precision_score of the same numbers.
local TARGET, SCORE = { 0, 0, 1, 1, 0, 1, 1, 0 }, { 0.1, 0.4, 0.35, 0.8, 0.2, 0.7, 0.45, 0.6 }

test("curves of scores say their areas as scikit-learn computes them", function()
  shows(plot.roc(TARGET, SCORE), "AUC 0.812")
  shows(plot.roc(TARGET, SCORE, { label = "small" }), "small (AUC 0.812)", "false positive rate")
  shows(plot.precision_recall(TARGET, SCORE), "AP 0.854", "recall", "precision")
  shows(plot.calibration(TARGET, SCORE, { bins = 4 }), "ECE 0.200", "mean probability")
  golden("roc", plot.roc(TARGET, { SCORE, TARGET }, { label = { "model", "oracle" } }), { rows = 16 })
  golden("precision_recall", plot.precision_recall(TARGET, SCORE), { rows = 16 })
  golden("calibration", plot.calibration(TARGET, SCORE, { bins = 4 }), { rows = 16 })
  at_all_sizes(plot.roc(TARGET, SCORE))
end)

test("scores of several classes have a curve for each, those of two one", function()
  local p = lab.tensor { { 0.7, 0.2, 0.1 }, { 0.1, 0.8, 0.1 }, { 0.2, 0.3, 0.5 }, { 0.4, 0.5, 0.1 } }
  shows(plot.roc({ 1, 2, 3, 1 }, p, { names = { "a", "b", "c" } }), "a (AUC 1.000)", "b (AUC 1.000)", "c (AUC 1.000)")
  shows(plot.precision_recall({ 0, 1, 2, 0 }, p), "0 (AP", "2 (AP")
  local two = lab.tensor { { 0.9, 0.1 }, { 0.2, 0.8 }, { 0.6, 0.4 } }
  same(plot.roc({ 1, 2, 2 }, two), plot.roc({ 0, 1, 1 }, two:select(2, 2)))
  same(plot.roc(lab.tensor { false, true, true }, two:select(2, 2):unsqueeze(2)), plot.roc({ 0, 1, 1 }, two:select(2, 2)))
end)

test("wrong scores are told what is wrong, by the name of the plot", function()
  fails(function() plot.roc({ 0, 1 }, { 0.1, 0.2, 0.3 }) end, "plot.roc: ")
  fails(function() plot.roc({ 1, 1 }, { 0.1, 0.2 }) end, "plot.roc: y_true has only one class")
  fails(function() plot.roc({ 0, 1 }) end, "give the true classes and the scores")
  fails(function() plot.roc({ 0, 1 }, lab.zeros(2, 2, 2)) end, "scores (N), (N, 1) or (N, classes), got float32 [2 2 2]")
  fails(function() plot.precision_recall({ 0, 0 }, { 0.1, 0.2 }) end, "plot.precision_recall: ")
  fails(function() plot.calibration({ 0, 1 }, { -2, 2 }) end, "plot.calibration: y_prob holds numbers outside")
  fails(function() plot.roc({ 1, 2, 3 }, lab.eye(3), { names = { "a" } }) end, "there is a class 2, but names has 1")
end)

test("a learning-rate range test is drawn by factors, with its suggestion", function()
  local found = { lr = {}, loss = {}, suggestion = 1e-2 }
  for i = 0, 40 do
    found.lr[i + 1] = 10 ^ (-5 + i / 8)
    found.loss[i + 1] = i < 20 and 2.3 or i < 32 and 2.3 - (i - 20) * 0.15 or 0.5 + (i - 32) ^ 2 * 0.1
  end
  shows(plot.lr_finder(found), "suggestion 0.01", "learning rate", "loss", "1e-5", "●")
  golden("lr_finder", plot.lr_finder(found, { title = "SGD" }), { rows = 16 })
  found.suggestion = nil
  hides(plot.lr_finder(found), "suggestion")
  at_all_sizes(plot.lr_finder(found))
  shows(plot.lr_finder { lr = { 1e-3, 1e-2, 0.1 }, loss = { 1, 0 / 0, 3 }, suggestion = 1e-2 }, "suggestion", "1 NaN")
  fails(function() plot.lr_finder { 1, 2 } end, "what optim.find_lr gave")
  fails(function() plot.lr_finder { lr = { 1, 2 }, loss = { 1 } } end, "both must have as many")
end)

test("every kind is a method of panels, too, where one panel shows it", function()
  local f = plot.figure { rows = 4, cols = 3 }
  f:panel(1):image(disc(5)):panel(1)
  f:panel(2):confusion(COUNTS)
  f:panel(3):boundary(product, X)
  f:panel(4):spy(lab.eye(4))
  f:panel(5):attention(lab.eye(4))
  f:panel(6):embedding(X)
  f:panel(7):roc(TARGET, SCORE)
  f:panel(8):precision_recall(TARGET, SCORE)
  f:panel(9):calibration(TARGET, SCORE)
  f:panel(10):lr_finder { lr = { 1e-3, 1e-2 }, loss = { 2, 1 } }
  shows(f, "4 of 16", "0.01")
  at_all_sizes(f)
end)
