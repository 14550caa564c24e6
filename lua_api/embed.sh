#!/bin/sh
# Prints C that holds the Lua files given: lab_embedded[], module names made from their paths.
echo '#include "lua_api/embed.h"'
i=0
for f in "$@"; do
    echo "static const unsigned char text_$i[] = {"
    od -An -v -tu1 "$f" | sed 's/  */,/g; s/^,//; s/$/,/'
    echo '0 };'
    i=$((i + 1))
done
echo 'const lab_module lab_embedded[] = {'
i=0
for f in "$@"; do
    name=$(echo "${f#lua_api/lua/}" | sed 's/\.lua$//; s/\/init$//; s/\//./g')
    echo "    { \"$name\", text_$i, sizeof text_$i - 1 },"
    i=$((i + 1))
done
echo '    { 0, 0, 0 }'
echo '};'
