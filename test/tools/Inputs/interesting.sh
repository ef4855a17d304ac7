#!/bin/sh
# For mlir-reduce: 1 where the module still has what is looked for.
grep -q 'decoder.projection "wanted"' "$1" && exit 1
exit 0
