-- frames.lua: what pandas 3.1.1 and scikit-learn say about the files of ../shared/data.
-- Made by: d = pandas.read_csv(f); for numbers and booleans d[c].astype(float).describe(), for texts d[c].describe();
-- StandardScaler().fit(x), MinMaxScaler().fit(x); train_test_split(range(n), test_size=, stratify=y), of which only the
-- counts of the classes are compared; KFold(k).split(range(n)), StratifiedKFold(k).split(range(n), y).

local files = {}
files.titanic = {
  rows = 891, names = { "survived", "pclass", "sex", "age", "sibsp", "parch", "fare", "embarked", "class", "who", "adult_male", "deck", "embark_town", "alive", "alone" },
  complete = 182, different = 784,
  describe = {
    { "survived", 891, 0, 0.3838383838383838, 0.4865924542648575, 0.0, 0.0, 0.0, 1.0, 1.0 },
    { "pclass", 891, 0, 2.308641975308642, 0.836071240977049, 1.0, 2.0, 3.0, 3.0, 3.0 },
    { "sex", 891, 0, unique = 2, top = "male", freq = 577 },
    { "age", 714, 177, 29.69911764705882, 14.526497332334042, 0.42, 20.125, 28.0, 38.0, 80.0 },
    { "sibsp", 891, 0, 0.5230078563411896, 1.1027434322934317, 0.0, 0.0, 0.0, 1.0, 8.0 },
    { "parch", 891, 0, 0.38159371492704824, 0.8060572211299483, 0.0, 0.0, 0.0, 0.0, 6.0 },
    { "fare", 891, 0, 32.204207968574636, 49.6934285971809, 0.0, 7.9104, 14.4542, 31.0, 512.3292 },
    { "embarked", 889, 2, unique = 3, top = "S", freq = 644 },
    { "class", 891, 0, unique = 3, top = "Third", freq = 491 },
    { "who", 891, 0, unique = 3, top = "man", freq = 537 },
    { "adult_male", 891, 0, 0.6026936026936027, 0.4896152299826248, 0.0, 0.0, 1.0, 1.0, 1.0 },
    { "deck", 203, 688, unique = 7, top = "C", freq = 59 },
    { "embark_town", 889, 2, unique = 3, top = "Southampton", freq = 644 },
    { "alive", 891, 0, unique = 2, top = "no", freq = 549 },
    { "alone", 891, 0, 0.6026936026936027, 0.4896152299826248, 0.0, 0.0, 1.0, 1.0, 1.0 },
  },
}
files.penguins = {
  rows = 344, names = { "species", "island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex" },
  complete = 333, different = 344,
  describe = {
    { "species", 344, 0, unique = 3, top = "Adelie", freq = 152 },
    { "island", 344, 0, unique = 3, top = "Biscoe", freq = 168 },
    { "bill_length_mm", 342, 2, 43.9219298245614, 5.4595837139265315, 32.1, 39.225, 44.45, 48.5, 59.6 },
    { "bill_depth_mm", 342, 2, 17.151169590643278, 1.9747931568167816, 13.1, 15.6, 17.3, 18.7, 21.5 },
    { "flipper_length_mm", 342, 2, 200.91520467836258, 14.061713679356888, 172.0, 190.0, 197.0, 213.0, 231.0 },
    { "body_mass_g", 342, 2, 4201.754385964912, 801.9545356980956, 2700.0, 3550.0, 4050.0, 4750.0, 6300.0 },
    { "sex", 333, 11, unique = 2, top = "MALE", freq = 168 },
  },
}
files.mpg = {
  rows = 398, names = { "mpg", "cylinders", "displacement", "horsepower", "weight", "acceleration", "model_year", "origin", "name" },
  complete = 392, different = 398,
  describe = {
    { "mpg", 398, 0, 23.514572864321607, 7.815984312565782, 9.0, 17.5, 23.0, 29.0, 46.6 },
    { "cylinders", 398, 0, 5.454773869346734, 1.7010042445332119, 3.0, 4.0, 4.0, 8.0, 8.0 },
    { "displacement", 398, 0, 193.42587939698493, 104.26983817119591, 68.0, 104.25, 148.5, 262.0, 455.0 },
    { "horsepower", 392, 6, 104.46938775510205, 38.49115993282849, 46.0, 75.0, 93.5, 126.0, 230.0 },
    { "weight", 398, 0, 2970.424623115578, 846.8417741973268, 1613.0, 2223.75, 2803.5, 3608.0, 5140.0 },
    { "acceleration", 398, 0, 15.568090452261307, 2.757688929812676, 8.0, 13.825000000000001, 15.5, 17.175, 24.8 },
    { "model_year", 398, 0, 76.01005025125629, 3.697626646732623, 70.0, 73.0, 76.0, 79.0, 82.0 },
    { "origin", 398, 0, unique = 3, top = "usa", freq = 249 },
    { "name", 398, 0, unique = 305, top = "ford pinto", freq = 6 },
  },
}
files.tips = {
  rows = 244, names = { "total_bill", "tip", "sex", "smoker", "day", "time", "size" },
  complete = 244, different = 243,
  describe = {
    { "total_bill", 244, 0, 19.78594262295082, 8.902411954856856, 3.07, 13.3475, 17.795, 24.127499999999998, 50.81 },
    { "tip", 244, 0, 2.99827868852459, 1.3836381890011822, 1.0, 2.0, 2.9, 3.5625, 10.0 },
    { "sex", 244, 0, unique = 2, top = "Male", freq = 157 },
    { "smoker", 244, 0, unique = 2, top = "No", freq = 151 },
    { "day", 244, 0, unique = 4, top = "Sat", freq = 87 },
    { "time", 244, 0, unique = 2, top = "Dinner", freq = 176 },
    { "size", 244, 0, 2.569672131147541, 0.9510998047322344, 1.0, 2.0, 2.0, 3.0, 6.0 },
  },
}
files.iris = {
  rows = 150, names = { "sepal_length", "sepal_width", "petal_length", "petal_width", "species" },
  complete = 150, different = 149,
  describe = {
    { "sepal_length", 150, 0, 5.843333333333334, 0.828066127977863, 4.3, 5.1, 5.8, 6.4, 7.9 },
    { "sepal_width", 150, 0, 3.0573333333333337, 0.4358662849366982, 2.0, 2.8, 3.0, 3.3, 4.4 },
    { "petal_length", 150, 0, 3.7580000000000005, 1.7652982332594662, 1.0, 1.6, 4.35, 5.1, 6.9 },
    { "petal_width", 150, 0, 1.1993333333333336, 0.7622376689603465, 0.1, 0.3, 1.3, 1.8, 2.5 },
    { "species", 150, 0, unique = 3, top = "setosa", freq = 50 },
  },
}
local scalers = {
  columns = { "mpg", "horsepower", "weight" },
  mean = { 23.514572864321607, 104.46938775510205, 2970.424623115578 }, var = { 60.93611928991693, 1477.789879216993, 715339.1287404358 }, scale = { 7.806159061274433, 38.44203271442593, 845.7772335198174 },
  first = { -0.706438700650983, 0.6641327329009119, 0.6308698741675456 }, missing_row = 33, missing = { 0.19028911965776443, 0 / 0, -1.0929883029228142 },
  min_max = { data_min = { 9.0, 46.0, 1613.0 }, data_max = { 46.6, 230.0, 5140.0 }, scale = { 0.05319148936170213, 0.010869565217391304, 0.0005670541536716756 }, min = { -1.4787234042553192, -1.5, -1.9146583498724128 }, first = { -0.5212765957446809, -0.08695652173913038, 0.07229940459313866 } },
}
local splits = { -- n, options, training and test samples
  { 10, {  }, 7, 3 },
  { 10, { test_size = 0.33 }, 6, 4 },
  { 11, { train_size = 0.7 }, 7, 4 },
  { 891, { test_size = 0.2 }, 712, 179 },
  { 7, { test_size = 3 }, 4, 3 },
  { 20, { train_size = 5, test_size = 4 }, 5, 4 },
  { 13, { train_size = 0.5, test_size = 0.25 }, 6, 4 },
}
local stratified = { -- labels, options, how many of each class for training and testing
  { "iris", "species", { test_size = 0.2 }, { 40, 40, 40 }, { 10, 10, 10 } },
  { "titanic", "survived", {  }, { 412, 256 }, { 137, 86 } },
  { "titanic", "pclass", { test_size = 0.3 }, { 151, 129, 343 }, { 65, 55, 148 } },
  { "tips", "day", { test_size = 0.1 }, { 17, 78, 68, 56 }, { 2, 9, 8, 6 } },
  { "mpg", "origin", { train_size = 100, test_size = 57 }, { 18, 20, 62 }, { 10, 11, 36 } },
}
local dummies = { names = { "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "species_Adelie", "species_Chinstrap", "species_Gentoo", "island_Biscoe", "island_Dream", "island_Torgersen", "sex_FEMALE", "sex_MALE" }, sums = { 152, 68, 124, 168, 124, 52, 165, 168 } }
local filled = { median = 15110.2, mean = 799.6130576037641, mode = "MALE" }
local sorted_rows = { up = { 306, 298, 446, 803, 436, 690, 330, 505, 869, 879, 889 }, down = { 852, 117, 281, 484, 327, 95, 153, 223, 816, 840, 850 } }
local folds = { -- n, n_splits, the fold in which each is held out
  { 10, 5, { 1, 1, 2, 2, 3, 3, 4, 4, 5, 5 } },
  { 11, 3, { 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3 } },
  { 7, 2, { 1, 1, 1, 1, 2, 2, 2 } },
}
local stratified_folds = { -- labels, n_splits, the fold in which each is held out
  { { 1, 1, 1, 2, 2, 2, 3, 3, 3, 1, 2 }, 3, { 1, 1, 2, 1, 2, 2, 1, 2, 3, 3, 3 } },
  { { 5, 1, 5, 1, 5, 1, 5, 1, 5, 5, 5, 1 }, 2, { 1, 1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 2 } },
  { { 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3 }, 4, { 1, 2, 3, 4, 1, 1, 2, 2, 3, 4, 1, 2, 3, 3, 4 } },
}

return { files = files, scalers = scalers, splits = splits, stratified = stratified, dummies = dummies, filled = filled,
  sorted_rows = sorted_rows, folds = folds, stratified_folds = stratified_folds }
