--- The prompt: commands of moonlab repl, which begin with a colon.
-- @module prompt

--- Lists the commands of the prompt.
-- @example :help
-- @command :help

--- Shows a page of the manual; `?NAME` does the same.
-- @tparam[opt] string NAME as of moonlab doc; left out: the map
-- @raise nothing is known by that name; the nearest one is told
-- @example :doc nn.Linear
-- @see moonlab doc
-- @command :doc [NAME]

--- Lists your variables: type, shape, dtype, device, gradient, size.
-- @example :who
-- @command :who

--- Runs code once and tells how long it took.
-- @tparam string CODE
-- @raise an error in the code
-- @example :time lab.randn(1000, 1000):matmul(lab.randn(1000, 1000)):sum()
-- @see :bench, lab.clock
-- @command :time CODE

--- Runs code many times: the median time of one run, and the spread.
--
-- Nothing is shown, and the code's locals are its own.
-- @tparam string CODE
-- @raise an error in the code
-- @example :bench lab.ones(4) + lab.ones(4)
-- @see :time
-- @command :bench CODE

--- Writes the entries of this session that succeeded as a notebook.
-- @tparam string FILE ends in .lua; :save! writes over a file that is there
-- @raise a file that is there; a folder that is not
-- @example :save experiment.lua
-- @see :load
-- @command :save FILE

--- Runs the cells of a notebook or script in this session: its locals stay.
-- @tparam string FILE
-- @raise a file that is not there; an error in a cell, after which the rest is not run
-- @example :load experiment.lua
-- @see :save, moonlab run
-- @command :load FILE

--- Ends the session, as Ctrl-D does.
-- @example :quit
-- @command :quit
