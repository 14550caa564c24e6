-- Fashion-MNIST, whole: 60,000 small pictures of clothes in 10 classes, and a network 784-256-128-10 that learns to name them.
-- `make run` runs this: it shows its progress, the curves, and what it mixes up in the 10,000 pictures it was not trained on.
lab.manual_seed(1)
local names = { "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot" }

-- Images as rows of 784 numbers from 0 to 1; labels from 1 to 10.
local train = data.fashion_mnist { train = true, flatten = true }
local test = data.fashion_mnist { train = false, flatten = true }

local model = nn.Sequential(
  nn.Linear(784, 256), nn.ReLU(),
  nn.Linear(256, 128), nn.ReLU(),
  nn.Linear(128, 10))
model:compile { optimizer = { "adam", lr = 0.001 }, loss = "cross_entropy", metrics = { "accuracy" } }
model:summary()

local start = os.time()
local history = model:fit(train.images, train.labels, {
  epochs = 8, batch_size = 128, validation_data = { test.images, test.labels },
  callbacks = { nn.callbacks.LearningRateScheduler(function(epoch) return epoch < 7 and 0.001 or 0.0003 end) }, -- settle
})
print(string.format("trained in %d s", os.time() - start))

plot.line({ history.loss, history.val_loss }, { label = { "training", "test" }, marker = { "o", "x" },
  title = "Fashion-MNIST, MLP 784-256-128-10: cross-entropy", xlabel = "epoch" }):show()

-- What it takes for what: the pairs of classes that it confuses most.
local predicted = model:predict(test.images, { batch_size = 1000 }):argmax(2)
local matrix = metrics.confusion_matrix(test.labels, predicted)
local confused = matrix * (1 - lab.eye(10)):to "int64"
print("most often confused:")
local _, places = confused:flatten():topk(4)
for _, place in ipairs(places:tolist()) do
  local is, taken = (place - 1) // 10 + 1, (place - 1) % 10 + 1
  print(string.format("  %3d of 1000 pictures of a %s are taken for a %s", matrix[is][taken], names[is], names[taken]))
end

local accuracy = metrics.accuracy_score(test.labels, predicted)
print(string.format("test accuracy %.2f %%", 100 * accuracy))
assert(accuracy >= 0.88, "at least 88 % of the test pictures are named right")
