//===- ScaleSimRuns.h - Reports of SCALE-Sim itself -------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_COSTMODEL_SCALESIMRUNS_H
#define ONEBIT_TEST_UNIT_COSTMODEL_SCALESIMRUNS_H

#include "TestSchedules.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <vector>

namespace onebit::test {

/// A row of a file in test/data: a run of SCALE-Sim.
struct ScaleSimRun {
  std::string line;
  /// By the names of the columns.
  std::map<std::string, std::string> cells;

  const std::string &text(const std::string &column) const {
    return cells.at(column);
  }
  int64_t number(const std::string &column) const {
    int64_t value = 0;
    EXPECT_FALSE(llvm::StringRef(text(column)).getAsInteger(10, value))
        << column;
    return value;
  }
  double real(const std::string &column) const {
    double value = 0;
    EXPECT_FALSE(llvm::StringRef(text(column)).getAsDouble(value)) << column;
    return value;
  }
  Shape shape() const { return {1, number("m"), number("n"), number("k")}; }
  ArrayDesc array() const {
    ArrayDesc array = makeArray(number("rows"), number("columns"),
                                *systolic::symbolizeDataflow(text("dataflow")));
    array.ifmapKb = number("ifmap_kb");
    array.filterKb = number("filter_kb");
    array.ofmapKb = number("ofmap_kb");
    if (!text("bandwidth").empty())
      array.scaleSim = {number("bandwidth"), number("bandwidth"),
                        number("bandwidth")};
    return array;
  }
};

/// The runs of a file in test/data.
inline std::vector<ScaleSimRun>
readScaleSimRuns(const std::string &name = "scale_sim_runs.csv") {
  auto file =
      llvm::MemoryBuffer::getFile(ONEBIT_SOURCE_DIR "/test/data/" + name);
  if (!file) {
    ADD_FAILURE() << file.getError().message();
    return {};
  }
  llvm::SmallVector<llvm::StringRef> lines, names, cells;
  (*file)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  std::vector<ScaleSimRun> runs;
  for (llvm::StringRef line : lines) {
    if (line.starts_with("#"))
      continue;
    cells.clear();
    line.split(cells, ',');
    if (names.empty()) {
      names = cells;
      continue;
    }
    ScaleSimRun &run = runs.emplace_back();
    run.line = line.str();
    for (auto [name, cell] : llvm::zip_equal(names, cells))
      run.cells[name.str()] = cell.str();
  }
  return runs;
}

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_COSTMODEL_SCALESIMRUNS_H
