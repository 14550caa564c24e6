--- Non-linearities of networks, element by element.
--
-- Without one, two linear layers are only one linear layer.  Each has a layer in nn: `lab.relu` is `nn.ReLU`.
-- @module lab.activations

--- Its gradient at 0 is 0 (PyTorch's choice).
-- @function relu
--- For classes that exclude each other use softmax; for a loss on scores `binary_cross_entropy_with_logits`, which is exact
-- where sigmoid is 0 or 1.
-- @function sigmoid
