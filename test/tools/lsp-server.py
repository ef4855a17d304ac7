# RUN: %python %s %binary_dir/bin/onebit-lsp-server
"""An editor over the language server protocol: diagnostics of what is wrong, and of an op
and a value of ours what it is and where it comes from."""
import json
import subprocess
import sys

URI = "test:///model.mlir"
TEXT = """func.func @f(%x: tensor<3x8xf32>) -> tensor<3x4xf32> {
  %w = decoder.weight "w" : tensor<8x4xf32>
  %0 = decoder.projection "w" role(other) ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>)
      maps [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>] -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
"""


class Server:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        self.notes = []

    def send(self, method, params, number=None):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        data = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def receive(self):
        length = None
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length is not None, "the server has gone"
        return json.loads(self.process.stdout.read(length))

    def ask(self, method, params):
        """The answer; what the server says unasked is kept in `notes`."""
        self.number += 1
        self.send(method, params, self.number)
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self.notes.append(message)

    def diagnostics(self):
        """The next list of them."""
        while True:
            message = self.notes.pop(0) if self.notes else self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                return message["params"]["diagnostics"]


def place(text, what, which=0):
    """Line and character of `what` in `text`, at its `which`th place."""
    at = -1
    for _ in range(which + 1):
        at = text.index(what, at + 1)
    line = text.count("\n", 0, at)
    return {"line": line, "character": at - (text.rfind("\n", 0, at) + 1) + 1}


server = Server(sys.argv[1])
capabilities = server.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})["capabilities"]
assert capabilities["hoverProvider"] and capabilities["definitionProvider"], capabilities
server.send("initialized", {})

document = {"uri": URI, "languageId": "mlir", "version": 1}
server.send("textDocument/didOpen", {"textDocument": {**document, "text": TEXT}})
assert server.diagnostics() == []

where = {"textDocument": {"uri": URI}}
hover = server.ask("textDocument/hover", {**where, "position": place(TEXT, "decoder.projection")})
assert "decoder.projection" in hover["contents"]["value"], hover
hover = server.ask("textDocument/hover", {**where, "position": place(TEXT, "%w", 1)})
assert "decoder.weight" in hover["contents"]["value"], hover
found = server.ask("textDocument/definition", {**where, "position": place(TEXT, "%w", 1)})
assert [(f["uri"], f["range"]["start"]["line"]) for f in found] == [(URI, 1)], found
found = server.ask("textDocument/definition", {**where, "position": place(TEXT, "%x", 1)})
assert [f["range"]["start"]["line"] for f in found] == [0], found

# A weight of another size: the verifier of the op says it, at the op.
wrong = TEXT.replace("8x4xf32", "7x4xf32")
server.send("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": wrong}]})
said = server.diagnostics()
assert len(said) == 1 and said[0]["severity"] == 1 and said[0]["range"]["start"]["line"] == 2, said
assert "'decoder.projection' op" in said[0]["message"], said
# One that is no MLIR.
server.send("textDocument/didChange", {"textDocument": {"uri": URI, "version": 3},
                                       "contentChanges": [{"text": TEXT.replace("role(other)", "role(nonesuch)")}]})
said = server.diagnostics()
assert len(said) == 1 and said[0]["range"]["start"]["line"] == 2, said

server.ask("shutdown", None)
server.send("exit", None)
assert server.process.wait(timeout=60) == 0
