--- The executable: commands, and options before them.
-- @module moonlab

--- Runs a script from top to bottom.
--
-- Output is text; values are shown only by print and show.  Locals are locals, as in any Lua file.
-- @tparam string FILE.lua the script; - is standard input
-- @tparam[opt] string ARG more words, which the script finds in the table arg
-- @tparam[opt] string -p name=value: sets a global before the script begins; numbers and booleans are read as such; as often as
-- you like
-- @raise exit status 1: an error in the script, with its line and a traceback on standard error; 130 after Ctrl-C
-- @example echo 'print(2 * n)' > a.lua; moonlab run a.lua -p n=4 --> 8
-- @example echo 'print(#arg, arg[1])' > a.lua; moonlab run a.lua one two --> 2	one
-- @example moonlab run nowhere.lua --> error: nowhere.lua
-- @command run FILE.lua [ARG ...] [-p name=value ...]

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

--- Prints the version.
-- @example moonlab --version | cut -d' ' -f1 --> moonlab
-- @command --version

--- Prints commands and options, a line each.
-- @example moonlab --help | head -n 1 --> moonlab: deep learning in the terminal, with Lua
-- @command --help
