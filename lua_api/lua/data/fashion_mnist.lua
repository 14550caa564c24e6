--- Fashion-MNIST: 70,000 small pictures of clothes, Debian's package dataset-fashion-mnist.
-- @module data.fashion_mnist

local check = require "data.check"
local files = require "lab.files"
local dataset = require "data.dataset"

local DEBIAN = "/usr/share/datasets/fashion-mnist"

local names = {
  "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
}

local function find(folder, name)
  for _, ending in ipairs { ".gz", "" } do
    local path = folder .. "/" .. name .. ending
    if files.exists(path) then return path end
  end
  error(("data.fashion_mnist: %s/%s.gz is not there; install Debian's package dataset-fashion-mnist "
    .. "(sudo apt install dataset-fashion-mnist), or give {folder=…}"):format(folder, name), 3)
end

--- Reads Fashion-MNIST.
-- @tparam[opt] table options `train`=true: the 60,000 training pictures, false: the 10,000 test pictures;
--   `flatten`=false: pictures as rows of 784; `folder`: where the four IDX files are
-- @treturn Dataset with fields `images` float32 (N, 1, 28, 28) or (N, 784) in [0, 1], `labels` int64 (N) from 1 to
--   10, `classes` (their names), `converted` (what was changed)
-- @example (pcall(data.fashion_mnist, {trane=true})) --> false
local function fashion_mnist(options)
  options = check.options("data.fashion_mnist", options, { "train", "flatten", "folder" })
  local folder = options.folder or DEBIAN
  local part = options.train == false and "t10k" or "train"
  local images = check.read(files.idx, find(folder, part .. "-images-idx3-ubyte"))
  local labels = check.read(files.idx, find(folder, part .. "-labels-idx1-ubyte"))
  if images:dim() ~= 3 or labels:dim() ~= 1 or #images ~= #labels then
    error(("data.fashion_mnist: %s: the files hold %d-dimensional images and %d-dimensional labels that do not fit")
      :format(folder, images:dim(), labels:dim()), 2)
  end
  local n, height, width = #images, images.shape[2], images.shape[3]
  images = images:to("float32"):div_(255)
  images = options.flatten and images:reshape(n, height * width) or images:reshape(n, 1, height, width)
  local set = dataset.TensorDataset(images, labels:to("int64"):add_(1))
  set.images, set.labels = set.tensors[1], set.tensors[2]
  set.classes = table.move(names, 1, 10, 1, {})
  set.converted = "pixels from 0 … 255 to 0 … 1, labels from 0 … 9 to classes 1 … 10"
  return set
end

return fashion_mnist
