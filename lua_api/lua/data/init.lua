--- Data: tables and files of data sets, parts of them, scaled features, and batches for training.
--
-- A table is a frame, with named columns:
--
--     local ships = data.read_csv("titanic.csv")
--     local x = ships:fillna{age="median"}:tensor{"age", "fare", "pclass"}
--     local y = ships:tensor("survived")
--     local x_train, x_test, y_train, y_test = data.train_test_split(x, y, {test_size=0.2})
--     x_train = data.StandardScaler():fit_transform(x_train)
--
-- A data set is anything with `len()` and `get(i)`; a `data.DataLoader` makes batches of it:
--
--     local train = data.TensorDataset(x, y)
--     for x, y in data.DataLoader(train, {batch_size=64, shuffle=true}) do … end
-- @module data

local dataset = require "data.dataset"
local folds = require "data.folds"
local scaler = require "data.scaler"

return {
  Dataset = dataset.Dataset,
  TensorDataset = dataset.TensorDataset,
  Subset = dataset.Subset,
  train_test_split = require "data.train_test_split",
  KFold = folds.KFold,
  StratifiedKFold = folds.StratifiedKFold,
  StandardScaler = scaler.StandardScaler,
  MinMaxScaler = scaler.MinMaxScaler,
  PCA = require "data.pca",
  TSNE = require "data.tsne",
  one_hot = require "data.one_hot",
  random_split = require "data.random_split",
  DataLoader = require "data.loader",
  idx = require "data.idx",
  read_csv = require "data.read_csv",
  Frame = require "data.frame",
  cifar10 = require "data.cifar10",
  fashion_mnist = require "data.fashion_mnist",
}
