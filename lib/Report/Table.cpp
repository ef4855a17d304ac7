//===- Table.cpp - Aligned columns ----------------------------------------===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Table.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/WithColor.h"
#include <cassert>
#include <numeric>

using namespace onebit;
using namespace onebit::report;

/// The first column is not made narrower than this.
static constexpr unsigned kNarrowest = 12;
/// Between two columns.
static constexpr unsigned kGap = 2;

/// Columns that `text` takes on a terminal.
static unsigned widthOf(llvm::StringRef text) {
  int width = llvm::sys::unicode::columnWidthUTF8(text);
  return width < 0 ? text.size() : width;
}

std::string report::groupDigits(int64_t value) {
  std::string digits = llvm::itostr(value);
  for (int i = digits.size() - 3, first = value<0; i> first; i -= 3)
    digits.insert(i, ",");
  return digits;
}

std::string report::formatPercent(double fraction) {
  double percent = 100 * fraction;
  if (percent > 0 && percent < 0.005)
    return "<0.01 %";
  if (percent < 100 && percent >= 99.995)
    return ">99.99 %";
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.2f %%", percent);
  return text;
}

std::string report::toPrintable(llvm::StringRef text) {
  std::string printable = text.str();
  for (char &c : printable)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = '?';
  return printable;
}

/// The code points of `text`.
static llvm::SmallVector<llvm::StringRef>
splitCodePoints(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> points;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin + 1;
    while (end < text.size() && (text[end] & 0xc0) == 0x80)
      ++end;
    points.push_back(text.slice(begin, end));
    begin = end;
  }
  return points;
}

std::string report::shorten(llvm::StringRef text, unsigned width) {
  constexpr llvm::StringLiteral dots = "...";
  if (widthOf(text) <= width)
    return text.str();
  if (width <= dots.size())
    return dots.take_front(width).str();
  unsigned room = width - dots.size();
  std::string head, tail;
  llvm::SmallVector<llvm::StringRef> points = splitCodePoints(text);
  for (llvm::StringRef point : points) {
    if (widthOf(head) + widthOf(point) > room / 2)
      break;
    head += point;
  }
  for (llvm::StringRef point : llvm::reverse(points)) {
    if (widthOf(tail) + widthOf(point) > room - widthOf(head))
      break;
    tail.insert(0, point.str());
  }
  return head + dots.str() + tail;
}

void report::writeWrapped(llvm::StringRef text, unsigned width, unsigned indent,
                          llvm::raw_ostream &os) {
  unsigned column = 0;
  llvm::SmallVector<llvm::StringRef> words;
  text.split(words, ' ');
  for (llvm::StringRef word : words) {
    if (column > 0 && column + 1 + widthOf(word) > width) {
      os << '\n';
      os.indent(indent);
      column = indent;
    } else if (column > 0) {
      os << ' ';
      ++column;
    }
    os << word;
    column += widthOf(word);
  }
  os << '\n';
}

void Table::addColumn(llvm::StringRef title, llvm::StringRef group,
                      Importance importance) {
  columns.push_back({title.str(), group.str(), importance});
}

void Table::addRow(llvm::ArrayRef<std::string> cells) {
  assert(cells.size() == columns.size() && "a cell for each column");
  rows.emplace_back(cells.begin(), cells.end());
}

static void writeCell(llvm::StringRef text, unsigned width, bool left,
                      llvm::raw_ostream &os) {
  unsigned padding = width - std::min(width, widthOf(text));
  if (left)
    os << text;
  os.indent(padding);
  if (!left)
    os << text;
}

void Table::write(unsigned width, bool color, llvm::raw_ostream &os) const {
  std::vector<unsigned> widths, shown;
  for (auto [i, column] : llvm::enumerate(columns)) {
    unsigned widest = widthOf(column.title);
    for (const auto &row : rows)
      widest = std::max(widest, widthOf(row[i]));
    widths.push_back(widest);
    shown.push_back(i);
  }
  // A group may be wider than its columns: the first of them makes room.
  auto groupEnd = [&](unsigned begin) {
    unsigned end = begin + 1;
    while (end < shown.size() &&
           columns[shown[end]].group == columns[shown[begin]].group)
      ++end;
    return end;
  };
  auto spanOf = [&](unsigned begin, unsigned end) {
    unsigned span = kGap * (end - begin - 1);
    for (unsigned i = begin; i < end; ++i)
      span += widths[shown[i]];
    return span;
  };
  auto total = [&] { return spanOf(0, shown.size()); };

  auto shrinkFirst = [&] {
    unsigned over = total() > width ? total() - width : 0;
    if (widths[0] > kNarrowest)
      widths[0] = std::max(kNarrowest, widths[0] - std::min(widths[0], over));
  };
  unsigned widestFirst = widths[0];
  for (shrinkFirst(); total() > width; shrinkFirst()) {
    auto last = llvm::find_if(llvm::reverse(shown), [&](unsigned i) {
                  return columns[i].importance == Importance::May;
                }).base();
    if (last == shown.begin())
      break;
    shown.erase(last - 1);
    widths[0] = widestFirst;
  }

  bool grouped = llvm::any_of(
      shown, [&](unsigned i) { return !columns[i].group.empty(); });
  auto writeLine = [&](auto cell) {
    std::string line;
    llvm::raw_string_ostream lineOs(line);
    for (auto [position, i] : llvm::enumerate(shown)) {
      if (position > 0)
        lineOs.indent(kGap);
      writeCell(shorten(cell(i), widths[i]), widths[i], i == 0, lineOs);
    }
    os << llvm::StringRef(line).rtrim() << '\n';
  };
  auto mode = color ? llvm::ColorMode::Enable : llvm::ColorMode::Disable;
  if (grouped) {
    llvm::WithColor bold(os, llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true,
                         /*BG=*/false, mode);
    std::string line;
    llvm::raw_string_ostream lineOs(line);
    for (unsigned begin = 0, end; begin < shown.size(); begin = end) {
      end = groupEnd(begin);
      if (begin > 0)
        lineOs.indent(kGap);
      writeCell(shorten(columns[shown[begin]].group, spanOf(begin, end)),
                spanOf(begin, end), begin == 0, lineOs);
    }
    os << llvm::StringRef(line).rtrim() << '\n';
  }
  {
    llvm::WithColor bold(os, llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true,
                         /*BG=*/false, mode);
    writeLine([&](unsigned i) -> llvm::StringRef { return columns[i].title; });
  }
  for (const auto &row : rows)
    writeLine([&](unsigned i) -> llvm::StringRef { return row[i]; });
}
