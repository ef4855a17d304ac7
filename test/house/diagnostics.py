# RUN: %python %s %source_dir
"""Every message of ours has a negative test.

A message is a statement that emits or makes an error. Its longest literal must
stand in a file below test/: the whole of it, or what is left of it where a test
shortens the line, but at least 16 characters from its start.
"""
import re
import sys
from pathlib import Path

SOURCE = Path(sys.argv[1])
EMIT = re.compile(
    r"\b(?:emitError|emitOpError|emitWarning|createStringError|parser\.emitError"
    r"|error|die|fail|invalid)\s*\(")
LITERAL = r'"(?:[^"\\\n]|\\.)*"'

tests = "\n".join(
    p.read_text(errors="replace") for p in sorted((SOURCE / "test").rglob("*"))
    if p.is_file() and p.suffix in (".mlir", ".test", ".py", ".cpp", ".json") and
    "house" not in p.relative_to(SOURCE).parts)
# Literals of a test may be cut and escaped.
corpus = re.sub(r'"\s*\n\s*"', "", tests).replace('\\"', '"').replace("\\\\", "\\")


def messages(text):
    """The literals of each statement that makes an error, adjacent ones joined."""
    for match in EMIT.finditer(text):
        end = text.find(";", match.end())
        statement = re.sub(r'"\s*\n?\s*"', "", text[match.start():end])
        literals = [l[1:-1].replace('\\"', '"') for l in re.findall(LITERAL, statement)]
        literals = [l for l in literals if len(l.strip()) >= 6]
        if literals:
            yield text.count("\n", 0, match.start()) + 1, max(literals, key=len)


untested = seen = 0
for path in sorted([*(SOURCE / "dialects").rglob("*.cpp"), *(SOURCE / "lib").rglob("*.cpp")]):
    for line, literal in messages(path.read_text()):
        seen += 1
        # A test may match words of it: any run of 16 characters will do.
        want = literal.strip()
        size = min(len(want), 16)
        if not any(want[i:i + size] in corpus for i in range(0, len(want) - size + 1)):
            untested += 1
            print(f"{path.relative_to(SOURCE)}:{line}: no test has \"{literal}\"")

print(f"{seen} messages, {untested} without a test")
sys.exit(untested > 0 or seen < 50)
