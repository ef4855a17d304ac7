# Who may include whom. The rooms of dialects/ are the language and know nothing
# of the compiler; in the compiler the arrows go one way.
#
# RUN: %python %s %source_dir

import os
import re
import sys

ROOMS = {"dialects/decoder", "dialects/ternary", "dialects/systolic"}
PLAIN_ENUMS = {"dialects/systolic/SystolicEnums.h"}

# folder -> (rooms or single headers, folders of the compiler, may see the IR)
ALLOWED = {
    "dialects/decoder": (set(), set(), True),
    "dialects/ternary": ({"dialects/decoder"}, set(), True),
    "dialects/systolic": ({"dialects/decoder"}, set(), True),
    "CostModel": (PLAIN_ENUMS, set(), False),
    "Simulator": (PLAIN_ENUMS, {"CostModel"}, False),
    # Out of the project go kernels, as they are; in come weights, some packed.
    "Frontend": (
        ROOMS,
        {"Analysis", "CostModel"},
        True,
    ),
    "Analysis": (ROOMS, {"CostModel"}, True),
    "Conversion": (ROOMS, {"Analysis", "CostModel"}, True),
    "Transforms": (ROOMS, {"Analysis", "CostModel"}, True),
    "Pipelines": (ROOMS, {"Conversion", "Transforms"}, True),
    "Report": (ROOMS, {"Analysis", "CostModel"}, True),
    "Runtime": (set(), set(), False),
    "Execution": (ROOMS, {"Frontend", "Conversion", "Transforms", "Runtime"}, True),
}

INCLUDE = re.compile(r'^\s*#?\s*include\s+["<]([^">]+)[">]')


def folder_of(path):
    parts = path.split("/")
    if parts[0] == "dialects" and len(parts) > 2:
        return "/".join(parts[:2])
    if parts[0] == "lib" and len(parts) > 2:
        return parts[1]
    if parts[:2] == ["include", "onebit"] and len(parts) > 3:
        return parts[2]
    return None


def refused(folder, header):
    rooms, compiler, sees_ir = ALLOWED[folder]
    if header.startswith("dialects/"):
        room = "/".join(header.split("/")[:2])
        return room != folder and room not in rooms and header not in rooms
    if header.startswith("onebit/"):
        target = header.split("/")[1]
        return target != folder and target not in compiler
    if header.startswith(("mlir/", "llvm/IR/")):
        return not sees_ir
    return False


root = sys.argv[1]
seen = set()
errors = []
for top in ("dialects", "include", "lib"):
    for directory, _, files in os.walk(os.path.join(root, top)):
        for name in files:
            if not name.endswith((".h", ".cpp", ".td")):
                continue
            path = os.path.relpath(os.path.join(directory, name), root)
            folder = folder_of(path)
            if folder is None:
                continue
            if folder not in ALLOWED:
                errors.append(f"{path}: {folder} has no line in the table")
                continue
            seen.add(folder)
            with open(os.path.join(root, path), encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    match = INCLUDE.match(line)
                    if match and refused(folder, match[1]):
                        errors.append(
                            f"{path}:{number}: {folder} must not include {match[1]}"
                        )

missing = {f for f in ALLOWED if f.startswith("dialects/")} - seen
if missing:
    errors.append(f"found no file of {', '.join(sorted(missing))}")
if errors:
    sys.exit("\n".join(errors))
