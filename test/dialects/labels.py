# A constraint has one label, in three places: /*label*/ beside what checks it in
# a .td file, `// label` in the check, and a negative test. The (C1), (C2), ... of
# an op's description and its labels are the same. Where two rooms have an op of
# one name, the label of one begins with its room.
#
# RUN: %python %s %source_dir

import glob
import re
import sys

root = sys.argv[1]
LABEL = r"[a-z]\w*_c\d+"
errors = []


def read(pattern):
    texts = {}
    for path in sorted(glob.glob(f"{root}/{pattern}", recursive=True)):
        with open(path, encoding="utf-8") as file:
            texts[path[len(root) + 1 :]] = file.read()
    return texts


tablegen = read("dialects/*/*.td")
checks = read("dialects/*/*.cpp")
tests = read("test/dialects/*/invalid.mlir")

stated = {}
for path, text in tablegen.items():
    for comment in re.findall(r"/\*(.*?)\*/", text):
        for label in re.split(r",\s*", comment.strip()):
            if not re.fullmatch(LABEL, label):
                errors.append(f"{path}: /*{comment}*/ is not a list of labels")
            elif label in stated and label.startswith("product_"):
                errors.append(f"{path}: {label} stands in {stated[label]}, too")
            stated.setdefault(label, path)

checked = {}
for path, text in checks.items():
    for comment in re.findall(r"//+ (.*)", text):
        for label in re.findall(rf"\b{LABEL}\b", comment):
            checked.setdefault(label, path)

tested = {}
for path, text in tests.items():
    # In the name of a function, a variant behind it, or in a comment.
    for name in re.findall(r"@(\w+)|^// (.*)$", text, re.M):
        for label in re.findall(rf"\b({LABEL})(?=\b|_)", "".join(name)):
            tested.setdefault(label, path)

for label, path in stated.items():
    if label not in checked:
        errors.append(f"{path}: no check of {label}")
    if label not in tested:
        errors.append(f"{path}: no negative test of {label}")
for kind, labels in (("check", checked), ("test", tested)):
    for label, path in labels.items():
        if label not in stated:
            errors.append(f"{path}: {kind} of {label}, which no .td file states")

# What descriptions number. The constraints that all products share are those of
# decoder.projection, under the interface's name.
numbered = 0
for path, text in tablegen.items():
    for body in re.split(r"^(?:def|class) ", text, flags=re.M)[1:]:
        match = re.search(r'_Op<"(\w+)"|let mnemonic = "(\w+)"', body) or re.search(
            r'Decoder_Attr<"\w+", "(\w+)">', body
        )
        if not match:
            continue
        name = next(group for group in match.groups() if group)
        room = path.split("/")[1]
        names = {name, f"{room}_{name}"}
        here = {label for label in stated if stated[label].split("/")[1] == room}
        constraints = re.findall(r"^\s+- \(C(\d+)\)", body, re.M)
        numbered += len(constraints)
        if len(set(constraints)) != len(constraints):
            errors.append(f"{path}: {name} numbers a constraint twice")
        for number in constraints:
            labels = {f"{n}_c{number}" for n in {*names, "product"}}
            if not labels & {*here, *(l for l in stated if l.startswith("product_"))}:
                errors.append(f"{path}: (C{number}) of {name} has no label")
        for label in here:
            op, _, number = label.rpartition("_c")
            if op in names and number not in constraints:
                errors.append(f"{path}: the description of {name} has no (C{number})")

if not stated or not numbered:
    errors.append("found no label")
if errors:
    sys.exit("\n".join(errors))
