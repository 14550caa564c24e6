--- CIFAR-10: 60,000 small photographs of ten kinds of things.
-- @module data.cifar10

local check = require "data.check"
local files = require "lab.files"
local dataset = require "data.dataset"

local names = {
  "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
}

-- The binary files in a folder, or in cifar-10-batches-bin inside it.
local function find(folder, train)
  local wanted = train and {} or { "test_batch.bin" }
  if train then for i = 1, 5 do wanted[i] = ("data_batch_%d.bin"):format(i) end end
  for _, base in ipairs { folder, folder .. "/cifar-10-batches-bin" } do
    local found = {}
    for _, name in ipairs(wanted) do
      local path = base .. "/" .. name
      if files.exists(path) then found[#found + 1] = path end
    end
    if #found > 0 then return found end
  end
  error(("data.cifar10: %s: no %s in it; give the folder of CIFAR-10's binary version (cifar-10-binary.tar.gz)")
    :format(folder, wanted[1]), 3)
end

--- Reads CIFAR-10's binary version: a folder's data_batch_1.bin to data_batch_5.bin (those that are there) or
-- test_batch.bin, or one file.
-- @tparam string path a folder, or a file that ends in .bin
-- @tparam[opt] table options `train`=true: of a folder, the training files; false: the test file
-- @treturn Dataset with fields `images` float32 (N, 3, 32, 32) in [0, 1], `labels` int64 (N) from 1 to 10,
--   `classes` (their names), `converted` (what was changed)
-- @example (pcall(data.cifar10, "nowhere.bin")) --> false
local function cifar10(path, options)
  check.path("data.cifar10", path)
  options = check.options("data.cifar10", options, { "train" })
  local paths = path:find("%.bin$") and { path } or find(path, options.train ~= false)
  local images, labels = {}, {}
  for i, file in ipairs(paths) do images[i], labels[i] = check.read(files.cifar10, file) end
  local all_images = #paths == 1 and images[1] or lab.cat(images, 1)
  local all_labels = #paths == 1 and labels[1] or lab.cat(labels, 1)
  local set = dataset.TensorDataset(all_images:to("float32"):div_(255), all_labels:add_(1))
  set.images, set.labels = set.tensors[1], set.tensors[2]
  set.classes = table.move(names, 1, 10, 1, {})
  set.converted = "pixels from 0 … 255 to 0 … 1, labels from 0 … 9 to classes 1 … 10"
  return set
end

return cifar10
