#!/bin/sh
# Prints C that holds the files given: lab_embedded[], the Lua modules of lua_api/lua, and lab_manual[], the texts and the
# code of lua_api/manual; their names are made from their paths (nn/linear.lua is nn.linear).
echo '#include "lua_api/embed.h"'
i=0
for f in "$@"; do
    echo "static const unsigned char text_$i[] = {"
    od -An -v -tu1 "$f" | sed 's/  */,/g; s/^,//; s/$/,/'
    echo '0 };'
    i=$((i + 1))
done
list() { # array folder: its files among those given
    echo "const lab_module $1[] = {"
    array=$1 folder=$2 i=0
    shift 2
    for f in "$@"; do
        case $f in "$folder"/*)
            name=$(echo "${f#"$folder"/}" | sed 's/\.[a-z]*$//; s/\/init$//; s/\//./g')
            echo "    { \"$name\", text_$i, sizeof text_$i - 1 }," ;;
        esac
        i=$((i + 1))
    done
    echo '    { 0, 0, 0 }'
    echo '};'
}
list lab_embedded lua_api/lua "$@"
list lab_manual lua_api/manual "$@"
