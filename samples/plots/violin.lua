-- Violins: the scores a classifier gives to images of each class.
lab.manual_seed(4)
local cats, dogs = lab.randn(300) * 0.8 + 2, lab.randn(300) * 1.2 - 1
local others = lab.cat { lab.randn(150) * 0.4 + 1, lab.randn(150) * 0.4 - 2 }
local f = plot.violin({ cats, dogs, others }, { label = { "cat", "dog", "other" } })
f:set { title = "Scores for 'cat'", ylabel = "logit" }
f:show()
