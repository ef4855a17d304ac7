// RUN: onebit-opt %s --split-input-file --verify-diagnostics --onebit-plan-memory

func.func @dynamic(%n: index) {
  // expected-error @+1 {{has a size that is not known: only buffers of static shape can be planned}}
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

func.func @escapes() -> memref<8xf32> {
  %a = memref.alloc() : memref<8xf32>
  // expected-error @+1 {{lets a buffer escape that was to be planned: run --buffer-results-to-out-params before}}
  return %a : memref<8xf32>
}

// -----

func.func @large() {
  // expected-error @+1 {{has more bytes than 64 bits can count}}
  %a = memref.alloc() : memref<4611686018427387904xf32>
  return
}
