-- 400 pictures of four kinds of clothes, each of 784 numbers, on a map of two principal components.
local set = data.fashion_mnist { train = false, flatten = true }
local wanted = set.labels:eq(2) | set.labels:eq(3) | set.labels:eq(8) | set.labels:eq(9)
local places = wanted:nonzero():flatten():narrow(1, 1, 400)
local f = plot.embedding(set.images[places], set.labels[places], { names = set.classes })
f:show()
