-- A picture of Fashion-MNIST, every pixel magnified by a whole number.
local set = data.fashion_mnist { train = false }
local f = plot.image(set.images[1], { title = set.classes[set.labels[1]] })
f:show()
