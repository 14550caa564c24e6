-- Stems: the autocorrelation of a damped wave, lag by lag.
local n, wave = 200, {}
for t = 1, n do wave[t] = math.cos(t * math.pi / 6) * 0.98 ^ t end
local x, lags, correlation = lab.tensor(wave), {}, {}
x = x - x:mean()
for lag = 0, 24 do
  lags[#lags + 1] = lag
  correlation[#correlation + 1] = ((x[{ { 1, n - lag } }] * x[{ { lag + 1, n } }]):sum() / (x * x):sum()):item()
end
local f = plot.stem(lags, correlation, { title = "Autocorrelation", xlabel = "lag" })
f:show()
