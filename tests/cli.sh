#!/bin/sh
# The command line, as a user meets it: commands, exit statuses, messages.  sh tests/cli.sh [BUILD or program]
# Ends with "N passed, N failed".  An argument more runs only the tests whose name contains it.
moonlab=${1:-build}
[ -d "$moonlab" ] && moonlab=$moonlab/moonlab
moonlab=$(realpath "$moonlab")
root=$(pwd)
only=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
export LC_ALL=C.UTF-8 HOME="$dir/home" XDG_STATE_HOME= NO_COLOR=1
mkdir home
passed=0 failed=0

# check NAME STATUS OUTPUT ERROR COMMAND…: OUTPUT and ERROR are patterns for case; '' means empty.
check() {
    name=$1 status=$2 output=$3 error=$4
    shift 4
    case $name in *"$only"*) ;; *) return ;; esac
    "$@" >out 2>err </dev/null
    got=$?
    verify
}

# The same with standard input from file "in".
check_stdin() {
    name=$1 status=$2 output=$3 error=$4
    shift 4
    case $name in *"$only"*) ;; *) return ;; esac
    "$@" >out 2>err <in
    got=$?
    verify
}

verify() {
    problem=
    [ "$got" = "$status" ] || problem="exit status $got, not $status"
    matches "$(cat out)" "$output" || problem="$problem; printed: $(cat out)"
    matches "$(cat err)" "$error" || problem="$problem; error: $(cat err)"
    if [ -z "$problem" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name: $problem"
    fi
}

matches() {
    # shellcheck disable=SC2254
    case $1 in $2) return 0 ;; esac
    return 1
}

# ---- commands and options --------------------------------------------------------------------------
check "the version is printed" 0 'moonlab [0-9]*' '' "$moonlab" --version
check "help names every command" 0 '*run FILE*verify*export*repl*doc*doctor*--threads*--safe*' '' "$moonlab" --help
check "an unknown command names the nearest" 1 '' "*unknown command 'rnu'; did you mean run?*" "$moonlab" rnu x.lua
check "an unknown option names the nearest" 1 '' "*unknown option '--thread'; did you mean --threads?*" "$moonlab" --thread 2
check "an option without its value says what is missing" 1 '' '*--seed: N is missing*' "$moonlab" --seed
check "a wrong number of threads is refused" 1 '' '*--threads 0: a number from 1*' "$moonlab" --threads 0 -e 'print(1)'
check "a wrong seed is refused" 1 '' '*--seed -1: a whole number*' "$moonlab" --seed -1 -e 'print(1)'
check "an unknown device is refused" 1 '' '*abacus*' "$moonlab" --device abacus -e 'print(1)'
check "an option may be joined by =" 0 '1' '' "$moonlab" --threads=2 -e 'print(1)'
check "an option after the command is pointed out" 1 '' '*options stand before the command*' "$moonlab" run --safe x.lua
check "a script given alone is told how to run" 1 '' '*moonlab run x.lua*' "$moonlab" x.lua
check "run without a file asks for one" 1 '' '*which script*' "$moonlab" run
check "-e without code says so" 1 '' '*the code is missing*' "$moonlab" -e
check "doctor tells what the machine has" 0 '*instructions*threads*blas*device cpu*terminal*graphics*characters only (no terminal)*' '' "$moonlab" doctor
check "control characters of a wrong argument are shown as symbols" 1 '' '*␛\[31m*' "$moonlab" "$(printf '\033[31m')"

# ---- scripts -----------------------------------------------------------------------------------------
printf 'print(arg[0], #arg, x, ...)\n' >args.lua
check "a script gets its arguments and parameters" 0 "args.lua	2	0.5	a	b" '' "$moonlab" run args.lua a b -p x=0.5
check "a parameter that is a word is a string" 0 'args.lua	0	adam' '' "$moonlab" run -p x=adam args.lua
check "a parameter may be a table" 0 '*	{8, 8}' '' "$moonlab" run args.lua -p 'x={8, 8}'
check "a parameter without a name is refused" 1 '' '*-p 0.5: a parameter is given as name=value*' "$moonlab" run args.lua -p 0.5
check "a missing script is named" 1 '' '*cannot open nothere.lua: No such file*' "$moonlab" run nothere.lua
check "a folder is not a script" 1 '' '*cannot read home*' "$moonlab" run home
printf 'local x = 1\nlocal y = = 2\n' >syntax.lua
check "a syntax error shows its line" 1 '' "syntax.lua:2: *near '='*2 | local y = = 2*" "$moonlab" run syntax.lua
printf 'local function train(net)\n  net:forwrad(1)\nend\nlocal net = {forward = print}\ntrain(net)\n' >method.lua
check "an error shows line, nearest name and callers" 1 '' \
    "method.lua:2: attempt to call a nil value (method 'forwrad'); did you mean net:forward?*2 | net:forwrad(1)*called from*method.lua:5: in the main part*" \
    "$moonlab" run method.lua
printf 'local function check(x)\n  error("wrong", 2)\nend\ncheck(1)\n' >level.lua
check "the line shown is the one the message names" 1 '' "level.lua:4: wrong*    4 | check(1)" "$moonlab" run level.lua
printf 'local l = data.DataLoader({}, {batch_sise = 2})\n' >inside.lua
check "an error inside our modules is placed in the user's code" 1 '' "inside.lua:1: *batch_sise*    1 | local l*" "$moonlab" run inside.lua
printf 'error({code = 7})' >object.lua
check "an error that is a table is shown" 1 '' '*{code = 7}*' "$moonlab" run object.lua
printf 'os.exit(3)' >exit.lua
check "os.exit gives the exit status" 3 '' '' "$moonlab" run exit.lua
check "os.exit cannot be caught" 4 'a' '' "$moonlab" -e 'print("a") pcall(os.exit, 4) print("b")'
check "os.exit(false) is 1" 1 '' '' "$moonlab" -e 'os.exit(false)'
mkdir lib && printf 'return {answer = 42}\n' >lib/helper.lua && printf 'print(require("helper").answer)\n' >lib/main.lua
check "modules beside the script are found" 0 '42' '' "$moonlab" run lib/main.lua
check "endless recursion is an error" 1 '' '*stack overflow*' "$moonlab" -e 'local function f() return 1 + f() end f()'

# ---- code from the command line and standard input ---------------------------------------------------
check "code on the command line runs" 0 '3' '' "$moonlab" -e 'print(1 + 2)'
check "a bare expression is shown" 0 '3' '' "$moonlab" -e '1 + 2'
check "a call is not shown" 0 '' '' "$moonlab" -e 'tostring(1)'
printf 'local a = 2\nprint(a * 21)\n' >in
check_stdin "code on standard input runs" 0 '42' '' "$moonlab"
printf 'x = 1\nprnt(x)\n' >in
check_stdin "an error on standard input is placed" 1 '' "stdin:2: *'prnt'); did you mean print?*" "$moonlab"
check_stdin "so does -" 1 '' "stdin:2: *" "$moonlab" -

# ---- hints ---------------------------------------------------------------------------------------------
check "a function of lab is pointed to" 1 '' '*did you mean lab.zeros?*' "$moonlab" -e 'zeros(3)'
check "a misspelt operator names the nearest" 1 '' '*did you mean lab.zeros?*' "$moonlab" -e 'lab.zeos(3)'
check "a misspelt field names the nearest" 1 '' '*did you mean t.weight?*' "$moonlab" -e 'local t = {weight = 1} print(t.wieght + 1)'
check "a method called with a dot is pointed to its colon" 1 '' '-e:1: head is called with a colon: df:head(*' \
    "$moonlab" -e 'local df = data.Frame{a = {1}} print(df.head(2))'
check "and a module's" 1 '' '-e:1: parameters is called with a colon: m:parameters(*' "$moonlab" -e 'm = nn.Linear(1, 1) m.parameters()'
check "and a tensor's" 1 '' '*the call is sum(x, dim, keepdim, dtype), or x:sum(*' "$moonlab" -e 'x = lab.ones(2) x.sum()'
check "a field that is called is pointed to" 1 '' '*shape is a field, not a function: x.shape*' "$moonlab" -e 'x = lab.ones(2) x.shape()'
check "and as a method" 1 '' '*shape is a field, not a function: x.shape*' "$moonlab" -e 'x = lab.ones(2) x:shape()'
check "a misspelt local names the nearest" 1 '' '*did you mean epochs?*' "$moonlab" -e 'local epochs = 1 print(epoch + 1)'
check "a field of another module is pointed to" 1 '' '*nn has no SGD; did you mean optim.SGD?*' "$moonlab" -e 'nn.SGD(1)'
check "also where the module has one like it" 1 '' '*lab has no Linear; did you mean nn.Linear?*' "$moonlab" -e 'lab.Linear(1, 2)'
check "and a module looked for in another" 1 '' '*did you mean nn? It is no part of lab*' "$moonlab" -e 'lab.nn.Linear(1, 2)'
check "a field like no other is named" 1 '' '*t has no b*' "$moonlab" -e 'local t = {a = 1} t.b.c = 1'
check "so is a variable" 1 '' '*foo has no value yet*' "$moonlab" -e 'foo.bar = 1'
habit() { check "a habit of Python's or the shell's: $1" 1 '' "-e:1: *; $2*" "$moonlab" -e "$1"; }
habit '!ls' 'a program is run by os.execute'
habit '%time x' 'there are no % commands'
habit 'quit()' ':q ends the notebook (Esc first), Ctrl-D the prompt'
habit 'print x' 'functions are called with parentheses: print(x)'
habit 'import torch' 'lab, nn, optim, data, metrics and plot are there already'
habit 'x += 1' 'write x = x + 1'
habit 'x ** 2' 'Lua?s ?? is ^'
habit 'if x != 1 then end' 'Lua?s != is ~='
habit 'for i in range(3): print(i)' 'loops are written for i = 1, n do … end'
habit 'if x == 1:' 'write if … then … else … end'
habit 'x = [1, 2]' 'lists are written {1, 2, 3}'
habit 'x = 1 # one' 'comments begin with --'
habit 'x = (1 # one' 'comments begin with --'
habit '# one' 'comments begin with --'
habit 'n = #numbers' 'numbers has no value yet'
habit 'print(“one”)' 'quotes are '
habit 'größe = 1' 'names are written with the letters a to z'
habit 'x[1:3]' 'slices are written x*1:3*, both ends included'
habit 'x:sum(dim=1)' 'options are given in a table: f(x, {name = value})'
habit 'x @ x' 'products of matrices are written a:matmul(b)'
habit 'y = 1 if x else 2' 'write condition and a or b'
habit 't = {"a": 1}' 'tables are written {name = value}'
habit 'try: x = 1' 'write pcall(function() … end)'
habit 'y = x is None' 'write x == nil'
habit 'print("a" + "b")' 'texts are joined by'
habit 'for v in {1, 2} do end' 'write for i, x in ipairs(list)'
habit 'range(3)' 'write for i = 1, n do … end'
habit 'torch.randn(3)' 'it is called lab here'
check "what is Lua is left alone" 0 '3*8' '' "$moonlab" -e 'local t = {[1] = 2, [2] = 4} len = #t + 1 print(len, t[2] * 2)'

# ---- what is printed ------------------------------------------------------------------------------------
check "control characters are shown as symbols" 0 'a␛\[31mb' '' "$moonlab" -e 'print("a\27[31mb")'
check "tables are printed with their fields in order" 0 '{1, b = {"x"}, c = 2}' '' "$moonlab" -e 'print({1, c = 2, b = {"x"}})'
check "a table in itself ends" 0 '{t = {… itself}}' '' "$moonlab" -e 'local t = {} t.t = t print(t)'
check "io.write to a file writes bytes as they are" 0 "$(printf 'a\033b')" '' "$moonlab" -e 'io.write("a\27b")'
check "errors show control characters as symbols" 1 '' '*␇*' "$moonlab" -e 'error("\7")'
check "keys come in the same order every time" 0 'same' '' sh -c "
    for i in 1 2 3 4 5; do '$moonlab' -e 'local t = {} for i = 1, 40 do t[\"k\" .. i] = i t[{}] = i end
        local o = {} for _, v in pairs(t) do o[#o + 1] = v end print(table.concat(o, \" \"))'; done | sort -u |
    wc -l | grep -qx 1 && echo same"
check "math.random follows the seed" 0 'same' '' sh -c "
    a=\$('$moonlab' --seed 7 -e 'print(math.random())'); b=\$('$moonlab' --seed 7 -e 'print(math.random())')
    c=\$('$moonlab' --seed 8 -e 'print(math.random())'); [ \"\$a\" = \"\$b\" ] && [ \"\$a\" != \"\$c\" ] && echo same"
check "sorting keeps equal elements in order" 0 'true' '' "$moonlab" -e '
    local t = {} for i = 1, 1000 do t[i] = {i % 7, i} end
    table.sort(t, function(a, b) return a[1] < b[1] end)
    local good = true
    for i = 2, 1000 do good = good and (t[i-1][1] < t[i][1] or t[i-1][1] == t[i][1] and t[i-1][2] < t[i][2]) end
    print(good)'

# ---- output that cannot be written ---------------------------------------------------------------------
check "a closed standard output is an error" 1 '' '*standard output: Bad file*' sh -c "'$moonlab' -e 'print(1)' >&-"
check "a full disk is an error" 1 '' '*standard output: No space*' sh -c "'$moonlab' -e 'print(1)' >/dev/full"
check "a closed pipe ends quietly" 0 '1' '' sh -c "'$moonlab' -e 'for i = 1, 1e6 do print(i) end' | head -1"
check "so it does where SIGPIPE is ignored" 0 '1' '' sh -c "trap '' PIPE; '$moonlab' -e 'for i = 1, 1e6 do print(i) end' | head -1"
check "a closed standard input is an error" 1 '' '*standard input: Bad file*' sh -c "'$moonlab' - <&-"

# ---- interruption ----------------------------------------------------------------------------------------
for code in 'while true do end' 'while true do pcall(error) end' \
    'local function f() while true do coroutine.yield() end end while true do local c = coroutine.wrap(f) c() c() end' \
    'coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()' \
    'local x <close> = setmetatable({}, {__close = function() while true do end end})' \
    'local c = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) coroutine.yield() end) coroutine.resume(c) coroutine.close(c)'; do
    check "Ctrl-C stops: $code" 130 '' '*interrupted*' timeout --preserve-status -k 5 -s INT 0.4 "$moonlab" -e "$code"
done

# ---- --safe ----------------------------------------------------------------------------------------------
mkdir play && printf 'data' >play/mine.txt && printf 'secret' >secret.txt && ln -s ../secret.txt play/link.txt
cat >play/safe.lua <<'EOF'
print(io.open("mine.txt") and 1, io.open("play/mine.txt"):read("a"))
local f = assert(io.open("play/new.txt", "w")) f:close()
for _, path in ipairs{"secret.txt", "play/../secret.txt", "play/link.txt", "/etc/passwd", "../x", "play/..", ""} do
    assert(not io.open(path), path)
    assert(not pcall(io.lines, path) and not pcall(dofile, path) and not pcall(loadfile, path), path)
    assert(not pcall(io.input, path) and not pcall(io.output, path), path)
end
for _, call in ipairs{{os.execute, "true"}, {os.remove, "play/mine.txt"}, {os.rename, "play/mine.txt", "play/b"},
                      {os.tmpname}, {io.popen, "true"}, {io.tmpfile}, {package.loadlib, "x", "*"}, {string.dump, print}} do
    local good, message = pcall(table.unpack(call))
    assert(not good and message:find("not there with --safe", 1, true), message)
end
assert(not debug.sethook and not debug.getregistry and not debug.setmetatable and not debug.getupvalue)
assert(package.cpath == "" and #package.searchers == 2)
assert(not load("\27Lua") and not pcall(load, "return 1", "x", "b"))
print("confined")
EOF
check "--safe keeps a script to its folder" 0 '*data*confined' '' "$moonlab" --safe run play/safe.lua
check "--safe limits memory" 1 '' '*out of memory*' "$moonlab" --safe -e 'local t = ("x"):rep((1 << 31) - 1)'
printf '\033Lua' >binary.lua
check "compiled code is not run" 1 '' '*compiled Lua code is never loaded*' "$moonlab" run binary.lua
check "compiled code is not loaded" 0 'nil*' '' "$moonlab" -e 'print(load(string.dump(function() end)))'

# ---- reference -------------------------------------------------------------------------------------------
check "doc shows an operator" 0 '*lab.tanh(x)*hyperbolic tangent*Returns*Errors*gradient*Example*See also*' '' "$moonlab" doc tanh
check "doc takes a name in full" 0 '*lab.tanh(x)*' '' "$moonlab" doc lab.tanh
check "doc shows the map" 0 '*doc -k WORD*Topics*indexing*pointwise*linear algebra*nn*Linear*optim*' '' "$moonlab" doc
check "doc finds the pages that mention a word" 0 '*pages*lab.dropout*nn.Dropout*' '' "$moonlab" doc -k dropout
check "doc says that no page mentions a word" 1 '' "*no page mentions 'zzzz'*" "$moonlab" doc -k zzzz
check "doc -k wants a word" 1 '' '*doc -k: the word to look for is missing*' "$moonlab" doc -k
check "doc -k wants a word that is not empty" 1 '' '*doc -k: the word to look for is missing*' "$moonlab" doc -k ''
check "doc wants one name" 1 '' '*doc sum mean: one name is expected*' "$moonlab" doc sum mean
check "doc names pages that mention an unknown name" 1 '' "*no help on 'overflow'*pages that mention it*lab.logsumexp*" "$moonlab" doc overflow
check "doc shows control characters as symbols" 1 '' '*no help on*␛\[31m*' "$moonlab" doc "$(printf '\033[31m')"
check "doc writes the whole manual as Markdown" 0 'manual/index.md and * pages' '' "$moonlab" doc --markdown manual
check "its index names every module" 0 '*# moonlab*lab-pointwise.md*tensor.md*nn.md*optim.md*' '' cat manual/index.md
check "its pages have what the terminal shows" 0 '*### lab.tanh*hyperbolic tangent*' '' cat manual/lab-pointwise.md
check "a folder that cannot be made is an error" 1 '' '*nowhere/at/all*No such file*' "$moonlab" doc --markdown nowhere/at/all
check "doc prints the man page" 0 '*.TH MOONLAB 1*.SH COMMANDS*run*.SH OPTIONS*threads*' '' "$moonlab" doc --man
check "doc names the nearest" 1 '' "*no help on 'tahn'; did you mean tanh?*" "$moonlab" doc tahn
check "help works from code" 0 '*hyperbolic tangent*' '' "$moonlab" -e 'help("tanh") help(lab.tanh)'
check "help knows an object by its class" 0 'nn.Linear(*optim.Optimizer*' '' "$moonlab" -e 'help(nn.Linear(1, 2)) help(optim.SGD({nn.Parameter(lab.zeros(1))}))'
check "help of a value that nothing is known about is an error" 1 '' '*nothing is known about this number*' "$moonlab" -e 'help(3)'
printf 'net = nn.Linear(2, 3)\n?net\n?lab.sum\n' >in
check_stdin "the prompt's ? shows pages, also of a variable's class" 0 'net: Linear*nn.Linear(*lab.sum(x, dim*' '' "$moonlab" repl
printf '?tahn\n' >in
check_stdin "and names the nearest" 1 '*' "*no help on 'tahn'; did you mean tanh?*" "$moonlab" repl

# ---- the prompt without a terminal ----------------------------------------------------------------------
cat >in <<'EOF'
local a, b <const> = 20, 1
local function f(x)
  return x + b
end
f(a)
a = a + 1; a
local print = print
x = x or {}
x
?tanh
EOF
check_stdin "cells share their locals and show their values" 0 '21
21
{}
lab.tanh(x)*' '' "$moonlab" repl
printf 'local t = nil\nt.x = 1\nprint("not reached")\n' >in
check_stdin "the prompt on a pipe stops at an error" 1 '' "*prompt 2:1: *'t'*" "$moonlab" repl
printf 'print(1)\nf(\n' >in
check_stdin "an unfinished cell is an error" 1 '1' '*<eof>*' "$moonlab" repl

# ---- notebooks ---------------------------------------------------------------------------------------------
cat >nb.lua <<'EOF'
-- ---
-- moonlab: {format: 1, seed: 5}
-- ---

-- %% [markdown]
-- # A test
--
-- of <b>notebooks</b>

-- %% what can be set tags=["parameters"]
local lr, steps = 0.5, 10
local name = "sgd"

-- %% tags=["derived"]
local total = lr * steps
total

-- %% run
print("loss", total / 3)
math.random()

-- %% wrong tags=["raises"]
undefined_function()

-- %% tags=["skip"]
if os.getenv("SKIPPED") then error("run") end
print("here")

-- %% tags=["volatile"]
io.write(os.time() % 1, " ", tostring({}):sub(1, 6), "\n");
({ total = total, name = name })
EOF
check "a notebook runs: locals live on, values are shown, cells tagged raises may raise" 0 \
    '5.0
loss	1.6666666666667
0.*
here
0* table:
{name = "sgd", total = 5.0}' "nb.lua:23: attempt to call a nil value (global 'undefined_function')*" "$moonlab" run nb.lua
check "its seed is the header's, unless one is given" 0 'same' '' sh -c "
    a=\$('$moonlab' run nb.lua 2>&1); b=\$('$moonlab' --seed 5 run nb.lua 2>&1); c=\$('$moonlab' --seed 6 run nb.lua 2>&1)
    [ \"\$a\" = \"\$b\" ] && [ \"\$a\" != \"\$c\" ] && echo same"
check "parameters are set after their cell, and what is derived follows" 0 '20.0*{name = "adam", total = 20.0}' '*' \
    "$moonlab" run nb.lua -p steps=40 -p name=adam
check "a parameter may be any plain data" 1 '' '*attempt to perform arithmetic on a table value*' "$moonlab" run nb.lua -p 'steps={1, "a,b"}'
check "but not half of it" 1 '' '*-p steps={1,: that is no value of Lua; a text that begins so stands in quotes*' "$moonlab" run nb.lua -p 'steps={1,'
check "an unknown parameter names the known ones, and the nearest" 1 '' \
    '*-p step: nb.lua has no such parameter; did you mean steps? (it has lr, steps, name)*' "$moonlab" run nb.lua -p step=1
printf -- '-- %%%%\nx = 1\n-- %%%%\nx = x + y\n' >plain_cells.lua
check "a notebook without a cell of parameters says so" 1 '' '*has no cell tagged parameters*tags=\["parameters"\]*' "$moonlab" run plain_cells.lua -p x=2
check "an error in a cell has the file's line" 1 '' "plain_cells.lua:4: *global 'y'*    4 | x = x + y" "$moonlab" run plain_cells.lua
check "a grid of parameters gives a table" 0 'lr    steps   name   total   time
0.1   10      sgd    1.0     * s
0.1   20      sgd    2.0     * s
1     10      sgd    10      * s
1     20      sgd    20      * s' '' "$moonlab" run nb.lua -p lr=0.1,1 -p steps=10,20 -p name=sgd
check "what fails in a grid is a row with its error" 1 'steps   total   time * error
10      5.0     * s
x               * s * nb.lua:15: attempt to mul a*' '' "$moonlab" run nb.lua -p steps=10,x
printf 'local a = 1\n1 + a\n' >bare.lua
check "a script without cells is plain Lua" 1 '' "bare.lua:2: unexpected symbol near '1'*" "$moonlab" run bare.lua
printf -- '-- %%%%\nprint(arg[1], arg[0])\nos.exit(4)\n-- %%%%\nprint("not reached")\n' >exit_cell.lua
check "a notebook has arguments and an exit status" 4 'a	exit_cell.lua' '' "$moonlab" run exit_cell.lua a
printf '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "metadata": {}, "source": ["local a = 20\\n", "a + 1"], "outputs": []}, {"cell_type": "code", "metadata": {}, "source": "a.b.c", "outputs": []}]}' >x.ipynb
check "Jupyter's notebooks run, too" 1 '21' "cell 2:1: attempt to index*    1 | a.b.c" "$moonlab" run x.ipynb
printf '{"nbformat": 4,\n "cells": oops}' >bad.ipynb
check "a broken notebook is refused with its place" 1 '' '*run: bad.ipynb:2:* invalid token near *oops*' "$moonlab" run bad.ipynb
check "a notebook given alone is told how to run" 1 '' '*moonlab run x.ipynb*' "$moonlab" x.ipynb

check "verify without a record says how to make one" 1 '' '*nb.lua has no recorded outputs; moonlab verify --update nb.lua*' "$moonlab" verify nb.lua
check "verify --update records the outputs" 0 'nb.lua: 4 cells recorded in .moonlab/nb.lua.out.jsonl' '' env SKIPPED=1 "$moonlab" verify --update nb.lua
check "a record has digits in full" 0 '*"data":"5"*loss\\t1.6666666666667*undefined_function*' '' cat .moonlab/nb.lua.out.jsonl
check "the same outputs agree" 0 '*what can be set: identical*wrong: identical*skipped*volatile*nb.lua: 4 identical, 1 volatile, 1 skipped' '' "$moonlab" verify nb.lua
cp .moonlab/nb.lua.out.jsonl record
check "recording again writes the same bytes" 0 '' '' sh -c "'$moonlab' verify --update nb.lua >/dev/null && cmp record .moonlab/nb.lua.out.jsonl"
sed 's/1.6666666666667/1.6666666666999/' record >.moonlab/nb.lua.out.jsonl
check "numbers that are close are told with their difference, and are no agreement" 1 \
    '*run: close: the largest relative difference is 2e-11*      - loss	1.6666666666999*      + loss	1.6666666666667*1 close*' '' "$moonlab" verify nb.lua
sed 's/"instructions":"[a-z0-9]*"/"instructions":"other"/; s/1.6666666666667/1.6666666666999/' record >.moonlab/nb.lua.out.jsonl
check "unless they were recorded elsewhere, which is said first" 0 'nb.lua: recorded with instructions other, now *1 close*' '' "$moonlab" verify nb.lua
sed 's/loss/cost/' record >.moonlab/nb.lua.out.jsonl
check "other outputs are shown" 1 '*run: different*      - cost	1.6*      + loss	1.6*3 identical, 1 different*' '' "$moonlab" verify nb.lua
cp record .moonlab/nb.lua.out.jsonl
sed 's/"loss"/"Loss"/' nb.lua >nb2.lua && cp record .moonlab/nb2.lua.out.jsonl
check "a cell that was edited has no record" 1 '*run: missing*1 missing*' '' "$moonlab" verify nb2.lua
sed 's/undefined_function()/y = 1/; s/total \/ 3/total.x.y/' nb.lua >nb3.lua && cp record .moonlab/nb3.lua.out.jsonl
check "a cell that fails ends the run" 1 '*run: error*not run*1 error*' "nb3.lua:19: attempt to index a number value*" "$moonlab" verify nb3.lua
check "and nothing is recorded then" 1 '*' '*nothing was recorded*' "$moonlab" verify --update nb3.lua
sed 's/undefined_function()/y = 1/' nb.lua >nb4.lua && cp record .moonlab/nb4.lua.out.jsonl
check "a cell that was to raise an error, and did not, has failed" 1 '*wrong: error: it is tagged raises, and raised no error*' '' "$moonlab" verify nb4.lua
printf '{"moonlab":"sidecar","format":1}\n{"source"' >.moonlab/plain_cells.lua.out.jsonl
check "a broken record is an error with its line" 1 '' '*.moonlab/plain_cells.lua.out.jsonl:2: *' "$moonlab" verify plain_cells.lua
printf -- '-- %%%%\nfor i = 1, 2e5 do print("line \\1", i) end\n' >long.lua
check "of a long output head and tail are recorded, and agree" 0 '*long.lua: 1 identical' '' sh -c "'$moonlab' verify --update long.lua && '$moonlab' verify long.lua"
check "verify wants a file" 1 '' '*verify: which notebook*' "$moonlab" verify
check "and knows one option" 1 '' '*verify --updat: the only option is --update*' "$moonlab" verify --updat nb.lua

check "export writes Jupyter's format" 0 '*"cell_type": "code"*"tags": \[*"parameters"*"nbformat_minor": 5*' '' sh -c "'$moonlab' export nb.lua -o e.ipynb && cat e.ipynb"
check "what is exported twice has the same bytes" 0 '' '' sh -c "'$moonlab' export nb.lua -o e2.ipynb && cmp e.ipynb e2.ipynb"
check "and back" 0 '*-- # A test*-- %% what can be set tags=\["parameters"\]*show(total)*' '' sh -c "'$moonlab' export e.ipynb -o e.lua && cat e.lua"
check "export writes a page that runs nothing" 0 '*<h1>A test</h1>*&lt;b&gt;notebooks*<span class="k">local</span>*loss	1.66*' '' sh -c "'$moonlab' export nb.lua -o e.html && cat e.html"
check "export writes Markdown" 0 '# A test*```lua
local lr*```text
loss	1.66*```*' '' sh -c "'$moonlab' export nb.lua -o e.md && cat e.md"
check "export writes text" 0 '# A test*> local lr*loss	1.66*' '' sh -c "'$moonlab' export nb.lua -o e.txt && cat e.txt"
check "an unknown ending names the nearest" 1 '' "*'e.htm' has an unknown ending, .htm: did you mean .html?*" "$moonlab" export nb.lua -o e.htm
check "no ending names them all" 1 '' "*'e' has no ending: .ipynb, .html, .md, .lua and .txt are known*" "$moonlab" export nb.lua -o e
printf -- '-- %%%%\n?lab.sum\n-- %%%%\nx = 1\nx' >ask.lua
check "what is exported as Lua is Lua" 0 '-- %%
-- ?lab.sum
-- %%
x = 1
show(x)' '' sh -c "'$moonlab' export ask.lua -o asked.lua && cat asked.lua"
check "a notebook without a record is exported, and that is said" 0 '' '*ask.lua has no recorded outputs, so ask.md has none*' "$moonlab" export ask.lua -o ask.md
check "a notebook is not exported over itself" 1 '' "*'./ask.lua' is the notebook itself*" "$moonlab" export ask.lua -o ./ask.lua
check "export wants a place" 1 '' '*export: where to?*' "$moonlab" export nb.lua
check "a folder that is not there is an error" 1 '' '*export: no/e.md: No such file*' "$moonlab" export nb.lua -o no/e.md
check "the sample notebook gives what is recorded" 0 '*what follows from it: identical*' '' "$moonlab" verify "$root/samples/xor_notebook.lua"

# ---- places ------------------------------------------------------------------------------------------------
printf '1 + 1\n' >in
check_stdin "no HOME is no trouble" 0 '2' '' env -u HOME -u XDG_STATE_HOME "$moonlab" repl
mkdir readonly && printf 'local f, why = io.open("readonly/x", "w") print(f, why)' >write.lua && chmod 555 readonly
[ "$(id -u)" = 0 ] || check "a read-only folder is an ordinary error" 0 'nil*Permission denied*' '' "$moonlab" run write.lua

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
