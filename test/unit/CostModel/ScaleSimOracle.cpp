//===- ScaleSimOracle.cpp - SCALE-Sim's memories, word by word ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScaleSimOracle.h"
#include <algorithm>
#include <vector>

using namespace onebit;
using namespace onebit::scalesim;

namespace {

constexpr int64_t kNull = -1;
/// The addresses that each port asks for, in one cycle or after the other.
using Line = llvm::SmallVector<int64_t, 20>;
using Matrix = std::vector<Line>;

struct Range {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};
struct Fold {
  Range m, n, k;
};

std::vector<Fold> listFolds(const test::OracleNest &nest) {
  std::vector<Fold> folds{
      {{0, nest.shape.m}, {0, nest.shape.n}, {0, nest.shape.k}}};
  for (const ScheduleLoop &loop : nest.loops) {
    std::vector<Fold> finer;
    for (const Fold &fold : folds)
      for (int64_t at = 0; at < loop.extent; at += loop.step) {
        Fold part = fold;
        Range range{at, std::min(at + loop.step, loop.extent)};
        (loop.dim == Dim::M   ? part.m
         : loop.dim == Dim::N ? part.n
                              : part.k) = range;
        finer.push_back(part);
      }
    folds = finer;
  }
  return folds;
}

/// Column c is c cycles late.
Matrix skew(const Matrix &matrix, int64_t columns) {
  Matrix skewed(matrix.size() + columns - 1, Line(columns, kNull));
  for (size_t i = 0; i < matrix.size(); ++i)
    for (int64_t c = 0; c < columns; ++c)
      skewed[i + c][c] = matrix[i][c];
  return skewed;
}

Matrix nulls(int64_t rows, int64_t columns) {
  return Matrix(rows, Line(columns, kNull));
}

void append(Matrix &matrix, const Matrix &more) {
  matrix.insert(matrix.end(), more.begin(), more.end());
}

/// rows x columns of `at(row, column)`, padded with nulls to height x width.
template <typename At>
Matrix block(Range rows, Range columns, int64_t height, int64_t width, At at) {
  Matrix matrix = nulls(height, width);
  for (int64_t i = rows.begin; i < rows.end; ++i)
    for (int64_t j = columns.begin; j < columns.end; ++j)
      matrix[i - rows.begin][j - columns.begin] = at(i, j);
  return matrix;
}

struct Demand {
  Matrix ifmap, filter, ofmap;
};

Demand demandOf(const test::OracleNest &nest, const MemorySystem &system) {
  const int64_t R = system.rows, C = system.columns;
  auto ifmap = [&](int64_t m, int64_t k) { return m * nest.shape.k + k; };
  auto filter = [&](int64_t k, int64_t n) { return k * nest.shape.n + n; };
  auto ofmap = [&](int64_t m, int64_t n) { return m * nest.shape.n + n; };
  auto swap = [](auto at) {
    return [at](int64_t i, int64_t j) { return at(j, i); };
  };

  Demand demand;
  for (const Fold &fold : listFolds(nest)) {
    if (system.dataflow == systolic::Dataflow::OutputStationary) {
      Matrix a = block(fold.k, fold.m, fold.k.size(), R, swap(ifmap));
      append(a, nulls(C - 1, R));
      append(demand.ifmap, skew(a, R));
      Matrix b = block(fold.k, fold.n, fold.k.size(), C, filter);
      append(b, nulls(R - 1, C));
      append(demand.filter, skew(b, C));
      Matrix outputs = block(fold.m, fold.n, R, C, ofmap);
      std::reverse(outputs.begin(), outputs.end());
      Matrix c = nulls(fold.k.size() - 1, C);
      append(c, outputs);
      append(demand.ofmap, skew(c, C));
      continue;
    }
    const bool weights =
        system.dataflow == systolic::Dataflow::WeightStationary;
    const Range &time = weights ? fold.m : fold.n;
    const Range &columns = weights ? fold.n : fold.m;
    Matrix stays = weights ? block(fold.k, columns, R, C, filter)
                           : block(fold.k, columns, R, C, swap(ifmap));
    std::reverse(stays.begin(), stays.end());
    append(stays, nulls(R + C + time.size() - 2, C));
    append(weights ? demand.filter : demand.ifmap, stays);
    Matrix streams = nulls(R, R);
    append(streams, weights
                        ? block(time, fold.k, time.size(), R, ifmap)
                        : block(time, fold.k, time.size(), R, swap(filter)));
    append(streams, nulls(C - 1, R));
    append(weights ? demand.ifmap : demand.filter, skew(streams, R));
    Matrix c = nulls(2 * R - 1, C);
    append(c, weights ? block(time, columns, time.size(), C, ofmap)
                      : block(time, columns, time.size(), C, swap(ofmap)));
    append(demand.ofmap, skew(c, C));
  }
  return demand;
}

/// Diagonal by diagonal, the larger row first.
Line unroll(const Matrix &matrix) {
  Line line;
  const int64_t rows = matrix.size(), columns = matrix.front().size();
  for (int64_t diagonal = 0; diagonal < rows + columns; ++diagonal)
    for (int64_t row = std::min(diagonal, rows - 1);
         row >= 0 && diagonal - row < columns; --row)
      line.push_back(matrix[row][diagonal - row]);
  return line;
}

struct FetchOrders {
  Line ifmap, filter;
};

/// In which order the user mode fetches, for SCALE-Sim's own loop nest.
FetchOrders fetchOrdersOf(const test::OracleNest &nest,
                          const MemorySystem &system) {
  const int64_t R = system.rows, C = system.columns;
  auto [batch, M, N, K] = nest.shape;
  Tile step{M, N, K};
  for (const ScheduleLoop &loop : nest.loops)
    (loop.dim == Dim::M   ? step.m
     : loop.dim == Dim::N ? step.n
                          : step.k) = loop.step;
  auto stack = [](int64_t rows, int64_t columns, int64_t by, int64_t width,
                  auto at) {
    Matrix matrix;
    for (int64_t c = 0; c < columns; c += by)
      append(matrix,
             block({0, rows}, {c, std::min(c + by, columns)}, rows, width, at));
    return matrix;
  };
  auto flatten = [](const Matrix &matrix) {
    Line line;
    for (const Line &row : matrix)
      line.append(row);
    return line;
  };
  auto ifmap = [&, K = K](int64_t m, int64_t k) { return m * K + k; };
  auto filter = [&, N = N](int64_t k, int64_t n) { return k * N + n; };
  auto ifmapT = [&](int64_t k, int64_t m) { return ifmap(m, k); };
  auto filterT = [&](int64_t n, int64_t k) { return filter(k, n); };
  switch (system.dataflow) {
  case systolic::Dataflow::OutputStationary:
    return {unroll(stack(K, M, step.m, R, ifmapT)),
            unroll(stack(K, N, step.n, C, filter))};
  case systolic::Dataflow::WeightStationary:
    return {unroll(stack(M, K, step.k, R, ifmap)),
            flatten(stack(K, N, step.n, C, filter))};
  case systolic::Dataflow::InputStationary:
    return {flatten(stack(K, M, step.m, C, ifmapT)),
            unroll(stack(N, K, step.k, R, filterT))};
  }
  llvm_unreachable("unknown dataflow");
}

int64_t roundUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// A read buffer when the tool estimates bandwidth: everything hits, and what
/// is asked for the first time since the window was emptied is a DRAM read.
class EstimatingReads {
public:
  /// Of addresses below `addresses`.
  EstimatingReads(int64_t words, int64_t addresses)
      : setSize(words / 100), windowSize(50 * setSize), windowOf(addresses) {}

  void read(int64_t cycle, const Line &line) {
    for (int64_t address : line) {
      if (address == kNull)
        continue;
      if (first == kNull)
        first = cycle;
      if (windowOf[address] == window)
        continue;
      windowOf[address] = window;
      ++reads;
      if (++held < windowSize)
        continue;
      ++window;
      held = 0;
      filled = cycle;
    }
  }

  DramTraffic finish() const {
    if (filled == kNull)
      return {
          reads, reads, {-roundUp(roundUp(reads, setSize) * setSize, 10), -1}};
    return {reads, reads, {first - roundUp(windowSize, 10), filled + 1}};
  }

private:
  int64_t setSize, windowSize;
  /// By address: the window that has it, counting them.
  std::vector<int64_t> windowOf;
  int64_t window = 1, held = 0;
  int64_t first = kNull, filled = kNull;
  int64_t reads = 0;
};

/// A read buffer of given bandwidth.
class DoubleBufferedReads {
public:
  DoubleBufferedReads(const Line &order, const Memory &memory, Version version)
      : bandwidth(memory.bandwidth), half(memory.words / 2), version(version) {
    const int64_t setSize = roundUp(memory.words, 100);
    sizes.emplace_back();
    for (int64_t address : order) {
      if (address == kNull)
        continue;
      setOf.resize(std::max<size_t>(setOf.size(), address + 1));
      setOf[address] = sizes.size() - 1;
      if (++sizes.back() == setSize)
        sizes.emplace_back();
    }
    const int64_t halfSets = roundUp(half, setSize);
    active = std::min<int64_t>(sizes.size(), halfSets);
    ahead = std::min<int64_t>(sizes.size() - active, halfSets);
    const int64_t lines =
        std::min(roundUp(half, bandwidth), roundUp(order.size(), bandwidth));
    reads = lines * bandwidth;
    start = -lines;
    for (int64_t i = 0; i < active; ++i)
      load(i);
  }

  /// The cycle in which the array has the whole line.
  int64_t read(int64_t cycle, const Line &line) {
    int64_t offset = 1;
    for (int64_t address : line) {
      while (address != kNull && !isActive(address)) {
        for (int64_t i = 0; i < ahead; ++i)
          load((begin + active + i) % int64_t(sizes.size()));
        begin = (begin + ahead) % int64_t(sizes.size());
        last += roundUp(half, bandwidth) + 1;
        reads += roundUp(half, bandwidth) * bandwidth;
        int64_t late = last - (cycle + offset);
        if (version == Version::V3)
          offset += late;
        if (late > 0)
          offset += late;
      }
    }
    return cycle + offset;
  }

  DramTraffic finish() const { return {reads, valid, {start, last}}; }

private:
  void load(int64_t set) { valid += sizes[set]; }
  bool isActive(int64_t address) const {
    const int64_t count = sizes.size();
    return (setOf.at(address) - begin + count) % count < active;
  }

  int64_t bandwidth, half;
  Version version;
  std::vector<int64_t> setOf;
  std::vector<int64_t> sizes;
  int64_t active, ahead, begin = 0, last = -1, start, reads, valid = 0;
};

class Writes {
public:
  Writes(const Memory &memory, int64_t bandwidth, Version version)
      : bandwidth(bandwidth), words(memory.words), half(memory.words / 2),
        version(version), free(memory.words) {}

  /// The cycle in which the whole line is in the buffer.
  int64_t write(int64_t cycle, const Line &line) {
    for (int64_t address : line) {
      if (address == kNull)
        continue;
      current.push_back(address);
      ++put;
      --free;
      if (int64_t(current.size()) == bandwidth)
        close();
      if (cycle < drainEnd) {
        if (free <= 0)
          cycle = drainEnd;
      } else if (free < words - half) {
        close();
        drain(cycle);
      }
    }
    return cycle;
  }

  DramTraffic finish(int64_t cycle) {
    close();
    while (next < lines.size()) {
      drain(cycle);
      cycle = drainEnd + 1;
    }
    return {writes, put, {*start, version == Version::V2 ? drainEnd : stop}};
  }

private:
  void close() {
    if (current.empty())
      return;
    current.resize(bandwidth, kNull);
    lines.push_back(current);
    current.clear();
  }

  void drain(int64_t cycle) {
    size_t end =
        std::min<size_t>(next + roundUp(half, bandwidth), lines.size());
    int64_t drained = int64_t(end - next) * bandwidth;
    for (int64_t address : lines[end - 1])
      drained -= address == kNull;
    writes += drained;
    free += drained;
    drainEnd = cycle + int64_t(end - next) - 1;
    next = end;
    if (!start)
      start = cycle;
    stop = std::max(stop, drainEnd);
  }

  int64_t bandwidth, words, half;
  Version version;
  int64_t free, drainEnd = 0, stop = INT64_MIN, writes = 0, put = 0;
  std::optional<int64_t> start;
  Line current;
  Matrix lines;
  size_t next = 0;
};

/// The first and the last cycle in which a line that asks for something was
/// served.
class Served {
public:
  void add(int64_t cycle, const Line &line) {
    if (std::all_of(line.begin(), line.end(),
                    [](int64_t a) { return a == kNull; }))
      return;
    if (!seen)
      span.start = cycle;
    seen = true;
    span.stop = cycle;
  }
  Span span;

private:
  bool seen = false;
};

} // namespace

MemoryFigures test::runOracle(const OracleNest &nest,
                              const MemorySystem &system) {
  Demand demand = demandOf(nest, system);
  MemoryFigures figures;
  Served ifmapServed, filterServed, ofmapServed;
  const bool user = system.ifmap.bandwidth != 0;
  const Version version = system.version;
  Writes writes(system.ofmap, user ? system.ofmap.bandwidth : system.columns,
                version);

  auto finish = [&](const DramTraffic &ifmap, const DramTraffic &filter) {
    figures.ifmap = {ifmapServed.span, ifmap};
    figures.filter = {filterServed.span, filter};
    figures.ofmap = {ofmapServed.span, writes.finish(figures.lastCycle)};
    if (version == Version::V3)
      figures.cyclesWithPrefetch =
          figures.ofmap.dram->span.stop -
          std::min(ifmap.span.start, filter.span.start);
  };
  auto run = [&](auto &ifmap, auto &filter) {
    for (size_t i = 0; i < demand.ofmap.size(); ++i) {
      const int64_t cycle = i + figures.stallCycles;
      int64_t gotIfmap = ifmap(cycle, demand.ifmap[i]);
      int64_t gotFilter = filter(cycle, demand.filter[i]);
      figures.lastCycle = writes.write(cycle, demand.ofmap[i]);
      ifmapServed.add(gotIfmap, demand.ifmap[i]);
      filterServed.add(gotFilter, demand.filter[i]);
      ofmapServed.add(figures.lastCycle, demand.ofmap[i]);
      figures.stallCycles +=
          std::max({gotIfmap - 1, gotFilter - 1, figures.lastCycle}) - cycle;
    }
  };

  if (user) {
    FetchOrders orders = fetchOrdersOf(nest, system);
    DoubleBufferedReads ifmap(orders.ifmap, system.ifmap, version);
    DoubleBufferedReads filter(orders.filter, system.filter, version);
    auto readIfmap = [&](int64_t cycle, const Line &line) {
      return ifmap.read(cycle, line);
    };
    auto readFilter = [&](int64_t cycle, const Line &line) {
      return filter.read(cycle, line);
    };
    run(readIfmap, readFilter);
    finish(ifmap.finish(), filter.finish());
  } else {
    const Shape &shape = nest.shape;
    EstimatingReads ifmap(system.ifmap.words, shape.m * shape.k);
    EstimatingReads filter(system.filter.words, shape.k * shape.n);
    auto hit = [](EstimatingReads &reads) {
      return [&reads](int64_t cycle, const Line &line) {
        reads.read(cycle, line);
        return cycle + 1;
      };
    };
    auto readIfmap = hit(ifmap), readFilter = hit(filter);
    run(readIfmap, readFilter);
    finish(ifmap.finish(), filter.finish());
  }
  return figures;
}
