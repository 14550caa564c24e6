-- Bars: how many images of each class a set has, and how many of them a model gets right.
lab.manual_seed(1)
local names = { "shirt", "coat", "dress", "boot", "bag" }
local classes = lab.randint(1, 6, { 400 })
local right = lab.rand(400):lt(0.75)
local counts, hits = {}, {}
for i = 1, #names do
  local of_class = classes:eq(i)
  counts[i], hits[i] = of_class:sum():item(), (of_class * right):sum():item()
end
local f = plot.bar(names, { counts, hits }, { label = { "images", "recognized" }, values = true })
f:set { title = "400 images by class" }
f:show()
