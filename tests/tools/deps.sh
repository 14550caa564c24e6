#!/bin/sh
# Installs the Debian packages named, those that are missing, by apt; touches nothing when none is.
missing=
for p in "$@"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
echo "moonlab needs these Debian packages:$missing"
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
    echo "install them as root: apt-get install$missing" >&2
    exit 1
fi
echo "installing: $as_root apt-get install --no-install-recommends -y$missing"
$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install --no-install-recommends -y -qq $missing >/dev/null
