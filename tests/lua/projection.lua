-- projection.lua: data.PCA and data.TSNE against scikit-learn 1.9.1.

-- sin(0.37 i (j + 1)) * (j + 1) + 3 where i mod 4 is j, which scikit-learn was given, too.
local function samples(n)
  local rows = {}
  for i = 0, n - 1 do
    rows[i + 1] = {}
    for j = 0, 5 do rows[i + 1][j + 1] = math.sin(i * (j + 1) * 0.37) * (j + 1) + (i % 4 == j and 3 or 0) end
  end
  return lab.tensor(rows, { dtype = "float64" })
end

test("principal components, their variances and signs are scikit-learn's", function()
  local x = samples(120)
  local pca = data.PCA { components = 3 }
  local y = pca:fit_transform(x)
  close(pca.explained_variance_, { 18.046650064569373, 12.52271899694261, 10.486808724457767 }, 1e-12)
  close(pca.explained_variance_ratio_, { 0.340481841981187, 0.23626315218816, 0.197852118716358 }, 1e-12)
  close(pca.singular_values_, { 46.34168056602777, 38.603154801598414, 35.32605608061101 }, 1e-12)
  close(pca.mean_[1], 0.750224014377604, 1e-13)
  close(pca.components_:select(2, 6), { 0.9998253704133995, -0.008098084052605562, -0.00773438763731486 }, 1e-11)
  close(y:narrow(1, 1, 2), { { -0.013456883509336, 0.049262831228153, -0.876794679660628 },
    { 4.843327326060914, 4.680377241149423, 2.921184447576647 } }, 1e-11)
  close(pca:inverse_transform(y)[1][4], -0.1148695637486810, 1e-11)
  close(data.PCA { components = 3, whiten = true }:fit_transform(x)[2], { 1.140106764183232, 1.322609205750146, 0.902063907152514 }, 1e-11)
  eq(#data.PCA { components = 0.7 }:fit(x).components_, 3)
end)

test("few samples of many features have scikit-learn's components, too", function()
  local pca = data.PCA():fit(samples(8))
  close(pca.explained_variance_, { 19.774223750837134, 15.061243681363086 }, 1e-12)
  close(pca.components_[2], { 0.110853950811293, 0.266413568904346, -0.471489658470612, 0.069359810183079, 0.594434236915289,
    -0.579887806875388 }, 1e-12)
end)

test("all components bring samples back, whitened or not, in their dtype", function()
  local x = samples(40):to("float32")
  for _, whiten in ipairs { false, true } do
    local pca = data.PCA { components = 6, whiten = whiten }
    local y = pca:fit_transform(x)
    eq(y.dtype, "float32")
    close(pca:inverse_transform(y), x, 1e-5)
    if whiten then close(y:std(1), { 1, 1, 1, 1, 1, 1 }, 1e-5) end
    local other = data.PCA { components = 6, whiten = whiten }:load_state_dict(pca:state_dict())
    eq(other:transform(x), y)
  end
  eq(data.PCA { components = 1 }:fit_transform(lab.ones(5, 3, { dtype = "int64" })), lab.zeros(5, 1))
end)

test("a PCA says what it cannot do", function()
  local pca = data.PCA { components = 2 }
  fails(function() pca:transform(samples(4)) end, "fit has not been called")
  fails(function() pca:inverse_transform(samples(4)) end, "fit has not been called")
  fails(function() pca:fit(samples(1)) end, "two or more")
  fails(function() data.PCA { components = 7 }:fit(samples(20)) end, "at most 6")
  fails(function() pca:fit(lab.tensor { { 1, 0 / 0 }, { 1, 2 } }) end, "nan or inf")
  fails(function() pca:fit({ 1, 2 }) end, "a tensor (samples, features) expected")
  pca:fit(samples(20))
  fails(function() pca:transform(lab.zeros(3, 5)) end, "5 features, but fit saw 6")
  fails(function() pca:inverse_transform(lab.zeros(3, 5)) end, "5 coordinates, but there are 2 components")
  fails(function() data.PCA { components = 1.5 } end, "got 1.5")
  fails(function() data.PCA { component = 2 } end, "did you mean 'components'")
end)

test("t-SNE reaches scikit-learn's divergence and keeps classes together", function()
  local x = samples(120)
  local tsne = data.TSNE { perplexity = 20 }
  local y = tsne:fit_transform(x)
  eq({ y.dtype, y.shape[1], y.shape[2], tsne.learning_rate_ }, { "float64", 120, 2, 50 })
  close(tsne.kl_divergence_, 0.21564, 0.03)
  local digits = lab.cat { lab.randn(40, 20), lab.randn(40, 20) + 5, lab.randn(40, 20) - 5 }
  local map = data.TSNE { max_iter = 400 }:fit_transform(digits)
  local nearest = (lab.cdist(map, map) + lab.eye(120) * 1e9):argmin(2):sub(1):div(40):floor()
  eq(nearest, lab.arange(0, 120):div(40):floor())
end)

test("t-SNE gives the same bits again, and others from another start", function()
  local x = samples(60)
  local function run(init)
    return data.TSNE { perplexity = 5, max_iter = 60, init = init }:fit_transform(x)
  end
  eq(run("pca"), run("pca"))
  lab.manual_seed(1)
  local random = run("random")
  lab.manual_seed(1)
  eq(run("random"), random)
  eq(run("random"):eq(random):all():item(), false)
  eq(run(lab.zeros(60, 2)):abs():amax():item(), 0)
end)

test("t-SNE takes equal samples, and says what it cannot do", function()
  eq(data.TSNE { perplexity = 2, max_iter = 20 }:fit_transform(lab.ones(10, 3)):isfinite():all():item(), true)
  eq(data.TSNE { perplexity = 1, max_iter = 20 }:fit_transform(lab.tensor { { 1, 2 }, { 3, 5 } }):isfinite():all():item(), true)
  fails(function() data.TSNE():fit_transform(samples(30)) end, "perplexity=30 of 30 samples")
  fails(function() data.TSNE { perplexity = 2 }:fit_transform(lab.zeros(5, 1)) end, 'init="random"')
  fails(function() data.TSNE { perplexity = 0.5 } end, "from 1")
  fails(function() data.TSNE { init = "spectral" } end, "should be")
  fails(function() data.TSNE { n_iter = 5 } end, "unknown option 'n_iter'")
  fails(function() data.TSNE { perplexity = 2 }:fit_transform(lab.tensor { { 1 }, { 0 / 0 }, { 2 } }) end, "nan or inf")
end)
