--- The executable: commands, and options before them.
-- @module moonlab

--- Runs a script or a notebook from top to bottom.
--
-- Output is text.  Of a script, values are shown only by print and show, and locals are locals, as in any Lua file.  A file with
-- cells, `-- %%`, is a notebook, as is FILE.ipynb: the value of each cell's last expression is shown, and top-level locals live on.
-- @tparam string FILE.lua the script or notebook
-- @tparam[opt] string ARG more words, which the script finds in the table arg
-- @tparam[opt] string -p name=value, as often as you like: of a script, sets a global before it begins; of a notebook, sets a variable
-- of its cell tagged parameters after that has run.  A value is Lua without names, or a word.  Several values with commas between
-- them are tried in turn by a notebook, and a table tells what came out
-- @raise exit status 1: an error in the script, with its line and a traceback on standard error; 130 after Ctrl-C
-- @example echo 'print(2 * n)' > a.lua; moonlab run a.lua -p n=4 --> 8
-- @example echo 'print(#arg, arg[1])' > a.lua; moonlab run a.lua one two --> 2	one
-- @example moonlab run nowhere.lua --> error: nowhere.lua
-- @example printf -- '-- %%%% tags=["parameters"]\nlocal n = 1\n-- %%%%\nn * 2' > b.lua; moonlab run b.lua -p n=4 --> 8
-- @see notebooks, moonlab verify
-- @command run FILE.lua [ARG ...] [-p name=value ...]

--- Runs a notebook and compares what its cells show with what is recorded.
--
-- Cell by cell: identical, close (numbers differ by less than a thousandth; the largest relative difference is told), different (with
-- the lines that differ), missing (no record of a cell with this source), error.  It says first if the record is from another
-- environment; only then close is good enough.  Cells tagged volatile are not compared, those tagged raises must raise an error, those
-- tagged skip are not run.  What programs that the code starts print is not recorded.
-- @tparam[opt] string --update records the outputs, in `.moonlab/FILE.lua.out.jsonl` beside the file, and compares nothing
-- @tparam string FILE.lua the notebook
-- @raise exit status 1: a cell does not agree, or there is no record
-- @example echo '1 + 1' > c.lua; moonlab verify --update c.lua --> c.lua: 1 cell recorded in .moonlab/c.lua.out.jsonl
-- @example echo '1 + 1' > c.lua; moonlab verify --update c.lua > /dev/null; moonlab verify c.lua | tail -n 1 --> c.lua: 1 identical
-- @example echo '1 + 1' > d.lua; moonlab verify d.lua --> error: d.lua has no recorded outputs
-- @see notebooks, moonlab run
-- @command verify [--update] FILE.lua

--- Writes a notebook, with its recorded outputs, in another form.
-- @tparam string FILE.lua the notebook
-- @tparam string -o OUT: the file to write.  Its ending chooses the form: .ipynb (Jupyter's, 4.5), .html (one page), .md (Markdown),
-- .lua (last expressions become show(...), so that other programs accept it), .txt
-- @raise exit status 1: an unknown ending (the nearest is told), a file that cannot be read or written
-- @example printf -- '-- %%%%\nx = 1\nx + 1' > e.lua; moonlab export e.lua -o f.lua; tail -n 1 f.lua --> show(x + 1)
-- @example echo 'x' > e.lua; moonlab export e.lua -o e.htm --> error: did you mean .html?
-- @see notebooks, moonlab verify
-- @command export FILE.lua -o OUT

--- Runs the code of one word.
-- @tparam string CODE quoted whole, so that the shell leaves it alone
-- @raise exit status 1: an error in the code
-- @example moonlab -e 'print(lab.ones(3):sum():item())' --> 3.0
-- @example moonlab -e 'x =' --> error: -e:1
-- @command -e CODE

--- Runs the code read from standard input, as moonlab alone does where that is no terminal.
-- @raise exit status 1: an error in the code
-- @example echo 'print(1 + 1)' | moonlab - --> 2
-- @example echo 'print(1 + 1)' | moonlab --> 2
-- @command -

--- A prompt for Lua.
--
-- * `?name` shows a page of this manual, `?` alone the map
-- * the value of a last expression is shown; top-level locals live on
-- * Tab completes names, Ctrl-C interrupts what runs, Ctrl-D ends
--
-- Without a command moonlab does the same on a terminal.
-- @raise exit status 1: standard input ends inside a statement
-- @example echo '1 + 1' | moonlab repl --> 2
-- @see help
-- @command repl

--- The manual.
--
-- Long pages go through $PAGER (less) on a terminal; PAGER=cat shows them at once.
-- @tparam[opt] string NAME a function, method, class, module, family or topic: sum, x:sum, nn.Linear, nn, reductions, indexing; left
-- out: the map
-- @tparam[opt] string -k WORD: the pages that mention a word
-- @tparam[opt] string --markdown FOLDER: writes all pages as Markdown (make doc)
-- @tparam[opt] string --man prints the man page moonlab(1)
-- @raise exit status 1: nothing is known by that name; the nearest one is told
-- @example moonlab doc sum | head -n 1 --> lab.sum(x, dim?, keepdim=false, dtype?)
-- @example moonlab doc tahn --> error: did you mean tanh?
-- @command doc [NAME | -k WORD | --markdown FOLDER | --man]

--- Shows what this terminal sends for each key that is pressed, and what that does in the notebook.
--
-- Ctrl-D ends it.  Other keys for the notebook stand in ~/.config/moonlab/keys: lines like
-- "command Q q" and "edit C-r run".
-- @raise exit status 1: it is not a terminal
-- @example moonlab keys </dev/null --> error: terminal
-- @command keys

--- What this build and machine have: instruction set, threads, BLAS, devices, terminal.
-- @raise a word after it
-- @example moonlab doctor | head -n 1 | cut -c1-7 --> moonlab
-- @command doctor

--- How many threads compute.
-- @tparam int N 1 to 1024; left out: all processors that the process may use
-- @raise a number out of that range
-- @example moonlab --threads 2 -e 'print(lab.get_num_threads())' --> 2
-- @see lab.set_num_threads, devices
-- @command --threads N

--- The seed of all random numbers, of lab and of math.random.
-- @tparam int N 0 to 2^64-1; left out: 0
-- @raise anything but a whole number
-- @example moonlab --seed 7 -e 'print(lab.initial_seed())' --> 7
-- @see lab.manual_seed, random
-- @command --seed N

--- Where new tensors live.
-- @tparam string NAME cpu or cuda; left out: cpu
-- @raise a device that this machine does not have
-- @example moonlab --device cpu -e 'print(lab.zeros(1).device)' --> cpu
-- @see lab.set_default_device, devices
-- @command --device cpu|cuda

--- No colours; a variable NO_COLOR in the environment says the same.
-- @example moonlab --no-color -e 'print(1)' --> 1
-- @command --no-color

--- For scripts of strangers: takes away what reaches beyond the script's folder.
--
-- No os.execute, io.popen, os.remove, os.rename, native modules or bytecode; files of the script's folder only; at most
-- 2 GiB for Lua's objects and for tensors each, and 10 minutes.
-- @raise when used: what was taken away, with a message that says so
-- @example moonlab --safe -e 'os.execute("ls")' --> error: --safe
-- @command --safe

--- Memory that a notebook may take for going back to before its cells (`u`).
--
-- It counts only what is there for that alone: what cells have changed since.  When it is more, the oldest go first.
-- @tparam int MB 0: nothing is kept; left out: a quarter of the machine's memory, at most 2000
-- @raise anything but a whole number of that range
-- @example moonlab --snapshots 0 -e 'print(1)' --> 1
-- @example moonlab --snapshots much --> error: --snapshots much
-- @see notebooks
-- @command --snapshots MB

--- Prints the version.
-- @example moonlab --version | cut -d' ' -f1 --> moonlab
-- @command --version

--- Prints commands and options, a line each.
-- @example moonlab --help | head -n 1 --> moonlab: deep learning in the terminal, with Lua
-- @command --help
