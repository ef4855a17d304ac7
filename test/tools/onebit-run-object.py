# Ahead of time: an object file, a header and the weights, linked with a program
# in C, generate the tokens that onebit-run generates.
#
# REQUIRES: numpy
# RUN: %python %s %source_dir %binary_dir

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "test", "tools", "Inputs"))
sys.dont_write_bytecode = True

from model_folder import CONFIG, make_weights, write_folder

BUILD = sys.argv[2]
RUNTIME = f"{BUILD}/lib/Runtime/libOnebitRuntime.a"
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang-22")
PROMPT, NEW = [5, 17, 96, 3, 44, 8, 29], 16

# The caches are inputs 2 to 5, two for each layer.
MAIN = r"""
#include "step.h"
#include <stdio.h>
#include <stdlib.h>

static void *make(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 64) / 64 * 64);
  if (!memory)
    exit(2);
  for (size_t i = 0; i < bytes; ++i)
    ((char *)memory)[i] = 0;
  return memory;
}

int main(int argc, char **argv) {
  int64_t prompt[] = {@PROMPT@};
  int count = sizeof(prompt) / sizeof(*prompt), new = @NEW@;
  char *weights = make(DECODE_WEIGHTS_BYTES);
  FILE *file = fopen("step.weights", "rb");
  if (argc != 2 || !file ||
      fread(weights, 1, DECODE_WEIGHTS_BYTES, file) != DECODE_WEIGHTS_BYTES ||
      fgetc(file) != EOF)
    return 3;
  fclose(file);
  onebit_set_num_threads(atoi(argv[1]));
  int64_t token, position;
  void *inputs[] = {&token, &position, make(DECODE_INPUT2_BYTES),
                    make(DECODE_INPUT3_BYTES), make(DECODE_INPUT4_BYTES),
                    make(DECODE_INPUT5_BYTES)};
  float *logits = make(DECODE_RESULT0_BYTES);
  void *results[] = {logits}, *workspace = make(DECODE_WORKSPACE_BYTES);
  int64_t next = 0;
  for (position = 0; position < count + new - 1; ++position) {
    token = position < count ? prompt[position] : next;
    decode_run(inputs, weights, results, workspace);
    next = 0;
    for (int64_t i = 0; i < (int64_t)(DECODE_RESULT0_BYTES / sizeof(float)); ++i)
      if (logits[i] > logits[next])
        next = i;
    if (position >= count - 1)
      printf("%s%lld", position == count - 1 ? "" : " ", (long long)next);
  }
  printf("\n");
  for (void **buffer = inputs + 2; buffer < inputs + 6; ++buffer)
    free(*buffer);
  free(logits);
  free(workspace);
  free(weights);
  return 0;
}
"""


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")
    return done.stdout


def refused(text, *arguments):
    done = subprocess.run([f"{BUILD}/bin/onebit-run", *arguments], capture_output=True, text=True)
    if done.returncode != 1 or text not in done.stderr:
        sys.exit(f"{arguments}: expected '{text}', got {done.returncode}, {done.stderr}")


with tempfile.TemporaryDirectory() as folder:
    write_folder(f"{folder}/model", CONFIG, make_weights(BUILD, CONFIG))
    prompt = ",".join(map(str, PROMPT))
    expected = run([f"{BUILD}/bin/onebit-run", "model", f"--tokens={prompt}",
                    f"--generate={NEW}"], folder)  # fmt: skip
    run([f"{BUILD}/bin/onebit-run", "model", "--emit-object=step.o"], folder)
    with open(f"{folder}/main.c", "w", encoding="utf-8") as file:
        file.write(MAIN.replace("@PROMPT@", prompt).replace("@NEW@", str(NEW)))
    # A runtime with sanitizers wants them.
    symbols = subprocess.run(["nm", RUNTIME], check=True, capture_output=True, text=True).stdout
    sanitizers = ["-fsanitize=address,undefined"] if "__asan_init" in symbols else []
    run([COMPILER, "-std=c11", "-Wall", "-Wextra", "-Werror", "-c", "main.c", *sanitizers], folder)
    run([COMPILER, "main.o", "step.o", RUNTIME, "-o", "main", "-lm", "-lpthread", "-lstdc++",
         *sanitizers], folder)  # fmt: skip
    for threads in ("1", "2"):
        got = run(["./main", threads], folder)
        if got != expected or len(set(expected.split())) < 4:
            sys.exit(f"{threads} threads: expected {expected}, got {got}")

    # Two layers of a kind are one function, which nobody else sees.
    defined = [line.split()[1:] for line in subprocess.run(
        ["nm", "--defined-only", "step.o"], cwd=folder, check=True, capture_output=True,
        text=True).stdout.splitlines()]  # fmt: skip
    functions = {name: kind for kind, name in defined if kind in "tT"}
    if functions != {"decode": "T", "decode_block": "t"}:
        sys.exit(f"functions {functions}")

    # What an object needs is the machine's C library and our runtime.
    undefined = subprocess.run(["nm", "-u", "step.o"], cwd=folder, check=True,
                               capture_output=True, text=True).stdout.split()[1::2]  # fmt: skip
    if "onebit_ternary_matmul_i2_s" not in undefined:
        sys.exit(f"no call of a kernel: {undefined}")
    if "malloc" in undefined:
        sys.exit("the step allocates")

    refused("--emit-object: expected the name of an object file, as step.o, not 'step.h'",
            f"{folder}/model", "--emit-object=step.h")  # fmt: skip
    refused("--emit-object compiles one function and runs none: without --tokens and --prefill",
            f"{folder}/model", "--emit-object=step.o", "--tokens=1")  # fmt: skip
    refused("/no/such/step.o", f"{folder}/model", "--emit-object=/no/such/step.o")
    with open(f"{folder}/dots.mlir", "w", encoding="utf-8") as file:
        file.write("func.func @a.b() { return }\n")
    refused("'a.b' is no name of a function in C: rename it", f"{folder}/dots.mlir",
            f"--emit-object={folder}/a.o")  # fmt: skip
    if os.path.exists(f"{folder}/a.o") or os.path.exists(f"{folder}/a.h"):
        sys.exit("a failed compilation leaves files")
