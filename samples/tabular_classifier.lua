-- A table with gaps and words in it becomes a classifier: which seedlings will be alive in a month?
--
-- The way is the same for most tables: look, clean, make numbers of words, split, scale, train, and judge on rows that the
-- model has never seen.  The file is samples/data/seedlings.csv; its README says what the columns are.
lab.manual_seed(1)
local folder = arg and (arg[0] or ""):match("^.*/") or ""
local plants = data.read_csv(folder .. "data/seedlings.csv")

-- Look.
print(plants)
print("\nmissing values by column:")
for _, name in ipairs(plants:columns()) do
  local missing = plants:isna(name):sum():item()
  if missing > 0 then print(string.format("  %-12s %3d", name, missing)) end
end

-- Clean: a seedling without a soil was of no use to the gardener; a missing number becomes the column's median.
-- (To be strict, the medians should come from the training rows alone; here that makes no difference that matters.)
plants = plants:dropna { subset = "soil" }:fillna "median"

-- Numbers of words: one column of 0 and 1 for each species and each soil.  The label is its own column.
local y = plants:isin("alive", "yes"):to "float32":unsqueeze(2)
local features = plants:drop("alive"):get_dummies()
local x = features:tensor()
print(string.format("\n%d rows, %d features: %s", #x, x:size(2), table.concat(features:columns(), ", ")))

-- Split: a quarter is held out, with as many survivors in it, in proportion, as in the rest.  Then scale: every feature gets
-- mean 0 and deviation 1.  The scaler learns these from the training rows only; the test rows must not tell it anything.
local x_train, x_test, y_train, y_test = data.train_test_split(x, y, { test_size = 0.25, stratify = y, seed = 1 })
local scaler = data.StandardScaler()
x_train, x_test = scaler:fit_transform(x_train), scaler:transform(x_test)

-- Train: 64 hidden neurons; the last one gives the probability that the seedling lives.
local model = nn.Sequential(
  nn.Linear(x:size(2), 64), nn.ReLU(),
  nn.Linear(64, 1), nn.Sigmoid())
model:compile { optimizer = { "adam", lr = 0.003 }, loss = "bce", metrics = { "accuracy" } }
local history = model:fit(x_train, y_train, {
  epochs = 200, batch_size = 32, validation_split = 0.2,
  callbacks = { nn.callbacks.EarlyStopping { patience = 20, restore_best_weights = true } },
})
plot.line({ history.loss, history.val_loss }, { label = { "training", "validation" }, title = "binary cross-entropy",
  xlabel = "epoch" }):show { rows = 14 }

-- Judge.  Saying "yes" for every seedling is right for two of three: that is what must be beaten.
local p = model:predict(x_test)
local accuracy = metrics.accuracy_score(y_test, p)
local matrix = metrics.confusion_matrix(y_test, p)
print(string.format("accuracy on %d rows that were held out: %.1f %%   (always \"yes\": %.1f %%)", #y_test, 100 * accuracy,
  100 * y_test:mean():item()))
print(string.format([[

                predicted no   predicted yes
   died       %10d %15d
   survived   %10d %15d
]], matrix[1][1], matrix[1][2], matrix[2][1], matrix[2][2]))
print(metrics.classification_report(y_test, p, { target_names = { "died", "survived" } }))

assert(accuracy > 0.8 and accuracy > y_test:mean():item() + 0.1, "the model is much better than saying yes every time")
assert(matrix:sum():item() == #y_test, "every row is in the confusion matrix once")
