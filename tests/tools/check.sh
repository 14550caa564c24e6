#!/bin/sh
# make check: format, sizes, the dependency law, headers that compile alone, the analyser.  Prints what is wrong.
bad=0
complain() { bad=1; echo "check: $*"; }

# Format.
for f in $(git ls-files '*.c' '*.h' | grep -v '_loops\.h$'); do
    clang-format --dry-run -Werror "$f" >/dev/null 2>&1 || complain "$f: run clang-format -i $f"
done

# Sizes: no file over 800 lines, no function over 80; file names are unique.
git ls-files '*.c' '*.h' '*.lua' '*.def' '*.sh' '*.cu' | xargs wc -l | awk '$2 != "total" && $1 > 800 { print "check: " $2 ": " $1 " lines, 800 allowed" }' | grep . && bad=1
for f in $(git ls-files '*.c'); do
    awk -v f="$f" '/^\{$/ { start = NR } /^\}/ { if (start && NR - start > 80) { print "check: " f ":" start ": function of " NR - start " lines, 80 allowed"; bad = 1 } start = 0 } END { exit bad }' "$f" || bad=1
done
git ls-files '*.c' '*.h' '*.def' | sed 's#.*/##' | sort | uniq -d | sed 's/^/check: file name used twice: /' | grep . && bad=1

# The dependency law: FOLDER may include what matches PATTERN (of "" includes).
law() {
    grep -n '#include "' $(git ls-files "$1/*.c" "$1/*.h" "$1/*.cu" 2>/dev/null) /dev/null | grep -vE "#include \"($2)" | sed 's/^/check: dependency law: /' | grep . && bad=1
}
law core 'core/'
law plot 'plot/'
law gpu 'core/op\.h|core/device\.h|core/ops/[a-z]*\.def|gpu/'
law lua_api 'core/optim\.h|core/prefetch\.h|core/files/files\.h|core/moonlab\.h|core/op\.h|plot/(plot|statistics|track)\.h|lua_api/'
law repl 'lua_api/lua_api\.h|plot/plot\.h|plot/glyphs\.h|repl/'
foreign() { # FOLDER PATTERN of <> includes that must not be there, except in FILES
    grep -nE "#include <($2)" $(git ls-files "$1/*.c" "$1/*.h") /dev/null | grep -vE "^($3):" | sed 's/^/check: dependency law: /' | grep . && bad=1
}
foreign core 'lua|lauxlib|curses|readline|cuda' none
foreign core 'cblas|lapack' 'core/ops/lapack_batch\.c'
foreign core 'zlib|jansson' 'core/files/[a-z_]*\.[ch]'
foreign plot 'lua|curses|readline|cblas|cuda' none
foreign lua_api 'curses|readline|cblas' none
foreign repl 'lua\.h|lauxlib' none

# Nothing but the core's public face leaves core by symbol or by exit.
grep -nwE 'abort|exit|printf' $(git ls-files 'core/*.c' 'plot/*.c' 'lua_api/*.c') | grep -vE 'snprintf|vsnprintf|fprintf|//|\*|"|_exit' | sed 's/^/check: /' | grep . && bad=1

# Headers compile alone.
for h in $(git ls-files 'core/*.h' 'plot/*.h' 'lua_api/*.h' 'repl/*.h' | grep -v '_loops\.h$'); do
    echo "#include \"$h\"" | ${CC:-cc} -std=c17 -D_POSIX_C_SOURCE=200809L -I. -I/usr/include/lua5.4 -Wall -Wextra -Wno-unused-function -fsyntax-only -x c - 2>/dev/null || complain "$h does not compile alone"
done

# The analyser.
if [ "${TIDY:-1}" = 1 ]; then
    for f in $(git ls-files '*.c' | grep -vE 'pointwise_.*_kernels|tests/'); do
        clang-tidy --quiet "$f" -- -std=c17 -D_POSIX_C_SOURCE=200809L -I. -I/usr/include/lua5.4 -I/usr/include/freetype2 -DML_ISA=base 2>/dev/null | grep -E 'warning:|error:' && bad=1
    done
fi
[ "$bad" -eq 0 ] && echo "check: all clean"
exit "$bad"
