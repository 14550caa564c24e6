-- Density of points: where 2000 points of two clusters lie, as contour lines over their heatmap.
lab.manual_seed(6)
local first = lab.randn(1000, 2)
local second = lab.randn(1000, 2) * 0.5 + lab.tensor { 2.5, 2 }
local points = lab.cat({ first, second }, 1)
local f = plot.density(points, { map = "magma", title = "2000 points" })
f:density(points, { kind = "contour" })
f:show()
