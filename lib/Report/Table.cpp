//===- Table.cpp - Aligned columns ----------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Table.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/WithColor.h"
#include <cassert>

using namespace onebit;
using namespace onebit::report;

/// The first column is not made narrower than this while another can be left
/// out, and never narrower than that.
static constexpr unsigned kNarrow = 24, kNarrowest = 12;
/// Between two columns.
static constexpr unsigned kGap = 2;

/// Columns that `text` takes on a terminal.
static unsigned widthOf(llvm::StringRef text) {
  int width = llvm::sys::unicode::columnWidthUTF8(text);
  return width < 0 ? text.size() : width;
}

std::string report::groupDigits(int64_t value) {
  std::string digits = llvm::itostr(value);
  const int first = value < 0 ? 1 : 0;
  for (int i = digits.size() - 3; i > first; i -= 3)
    digits.insert(i, ",");
  return digits;
}

std::string report::plural(int64_t count, llvm::StringRef noun) {
  return groupDigits(count) + " " + noun.str() + (count == 1 ? "" : "s");
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

std::string report::toPrintable(llvm::StringRef text) {
  std::string printable;
  for (llvm::StringRef point : splitCodePoints(text))
    printable +=
        llvm::sys::unicode::columnWidthUTF8(point) < 0 ? "?" : point.str();
  return printable;
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
  llvm::StringRef rest = text.ltrim(' ');
  unsigned column = text.size() - rest.size();
  os.indent(column);
  llvm::SmallVector<llvm::StringRef> words;
  rest.split(words, ' ');
  for (auto [i, word] : llvm::enumerate(words)) {
    if (i > 0 && column + 1 + widthOf(word) > width) {
      os << '\n';
      os.indent(indent);
      column = indent;
    } else if (i > 0) {
      os << ' ';
      ++column;
    }
    os << word;
    column += widthOf(word);
  }
  os << '\n';
}

void Table::addColumn(llvm::StringRef title, unsigned expendable,
                      llvm::StringRef group) {
  columns.push_back({title.str(), group.str(), expendable});
}

void Table::addRow(llvm::SmallVector<std::string> cells) {
  assert(cells.size() == columns.size() && "a cell for each column");
  rows.push_back(std::move(cells));
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

/// Columns of a table that are shown, and how wide.
namespace {
struct Layout {
  std::vector<unsigned> shown, widths;

  /// Width of the columns at the positions from `begin` to `end`.
  unsigned span(unsigned begin, unsigned end) const {
    unsigned sum = kGap * (end - begin - 1);
    for (unsigned position = begin; position < end; ++position)
      sum += widths[shown[position]];
    return sum;
  }
};
} // namespace

void Table::write(unsigned width, bool color, llvm::raw_ostream &os) const {
  Layout layout;
  auto &[shown, widths] = layout;
  for (auto [i, column] : llvm::enumerate(columns)) {
    unsigned widest = widthOf(column.title);
    for (const auto &row : rows)
      widest = std::max(widest, widthOf(row[i]));
    widths.push_back(widest);
    shown.push_back(i);
  }

  auto total = [&] { return layout.span(0, shown.size()); };
  auto shrinkFirst = [&](unsigned narrowest) {
    unsigned over = total() - std::min(total(), width);
    unsigned spare = widths.front() - std::min(widths.front(), narrowest);
    if (spare >= over)
      widths.front() -= over;
    return spare >= over;
  };
  while (!shrinkFirst(kNarrow)) {
    size_t least = 0;
    for (size_t position = 1; position < shown.size(); ++position)
      if (columns[shown[position]].expendable >=
          columns[shown[least]].expendable)
        least = position;
    if (columns[shown[least]].expendable == 0) {
      if (!shrinkFirst(kNarrowest))
        widths.front() = std::min(widths.front(), kNarrowest);
      break;
    }
    shown.erase(shown.begin() + least);
  }

  // Titles in bold, a line at a time.
  auto writeTitles = [&](llvm::StringRef line) {
    llvm::WithColor(os, llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true,
                    /*BG=*/false,
                    color ? llvm::ColorMode::Enable : llvm::ColorMode::Disable)
        << line;
    os << '\n';
  };
  auto formatLine = [&](auto cell) {
    std::string line;
    llvm::raw_string_ostream lineOs(line);
    for (unsigned i : shown) {
      if (i != shown.front())
        lineOs.indent(kGap);
      writeCell(shorten(cell(i), widths[i]), widths[i], i == shown.front(),
                lineOs);
    }
    return llvm::StringRef(line).rtrim().str();
  };

  if (llvm::any_of(shown,
                   [&](unsigned i) { return !columns[i].group.empty(); })) {
    std::string line;
    llvm::raw_string_ostream lineOs(line);
    for (unsigned begin = 0, end; begin < shown.size(); begin = end) {
      const std::string &group = columns[shown[begin]].group;
      end = begin + 1;
      while (end < shown.size() && columns[shown[end]].group == group)
        ++end;
      if (begin > 0)
        lineOs.indent(kGap);
      unsigned span = layout.span(begin, end);
      writeCell(shorten(group, span), span, begin == 0, lineOs);
    }
    writeTitles(llvm::StringRef(line).rtrim());
  }
  writeTitles(formatLine(
      [&](unsigned i) -> llvm::StringRef { return columns[i].title; }));
  for (const auto &row : rows)
    os << formatLine([&](unsigned i) -> llvm::StringRef { return row[i]; })
       << '\n';
}
