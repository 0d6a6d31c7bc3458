#!/bin/sh
# usage: base.sh restart|register INPUT OUTPUT; prints what it would ask the base to do
set -eu
address=$(sed -n 's/^address=//p' "$2")
echo "base $address: $1"
echo "asked=$1" > "$3"
