//===- ScaleSimTopology.cpp - SCALE-Sim's topologies ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "onebit/CostModel/ScaleSimSparsity.h"
#include "onebit/Frontend/ScaleSim.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;

static constexpr int64_t kMaxSize = std::numeric_limits<int32_t>::max();

/// Fields of a row of a convolution, at least: name, ifmap height and width,
/// filter height and width, channels, filters, stride.
static constexpr size_t kConvolutionFields = 8;

namespace {
/// A row of the topology.
struct Layer {
  Location loc;
  std::string name;
  /// `k` without the weights that a sparse filter leaves out.
  int64_t m, n, k;
  /// Of a filter that is not dense.
  std::optional<scalesim::Sparsity> sparsity;
};

class TopologyReader {
public:
  TopologyReader(MLIRContext &context, llvm::MemoryBufferRef file)
      : context(context), file(file) {}

  FailureOr<SmallVector<Layer>> read();

private:
  Location location() const {
    return FileLineColLoc::get(&context, file.getBufferIdentifier(), line,
                               line == 0 ? 0 : 1);
  }
  InFlightDiagnostic error() const { return emitError(location()); }

  /// Cuts a line at its commas. The field behind a comma at its end is none.
  FailureOr<SmallVector<std::string>> split(StringRef text) const;
  LogicalResult readHeader(ArrayRef<std::string> fields) const;
  FailureOr<Layer> readRow(ArrayRef<std::string> fields) const;
  FailureOr<int64_t> readSize(StringRef what, StringRef field) const;
  FailureOr<scalesim::Sparsity> readSparsity(StringRef field) const;

  MLIRContext &context;
  llvm::MemoryBufferRef file;
  /// The one that is being read, from 1.
  unsigned line = 0;
};
} // namespace

FailureOr<SmallVector<std::string>>
TopologyReader::split(StringRef text) const {
  SmallVector<std::string> fields;
  while (true) {
    text = text.ltrim();
    std::string field;
    if (text.consume_front("\"")) {
      // As RFC 4180 says: a quote in quotes is written twice.
      while (true) {
        size_t quote = text.find('"');
        if (quote == StringRef::npos)
          return error() << "a quote is opened and not closed";
        field += text.take_front(quote);
        text = text.drop_front(quote + 1);
        if (!text.consume_front("\""))
          break;
        field += '"';
      }
      text = text.ltrim();
      if (!text.empty() && !text.starts_with(","))
        return error() << "expected a comma behind a quoted field, found '"
                       << text << "'";
    } else {
      field = text.take_until([](char c) { return c == ','; }).rtrim().str();
      text = text.drop_until([](char c) { return c == ','; });
    }
    fields.push_back(field);
    if (!text.consume_front(","))
      return fields;
    if (text.trim().empty())
      return fields;
  }
}

LogicalResult TopologyReader::readHeader(ArrayRef<std::string> fields) const {
  auto isNumber = [](StringRef field) {
    return !field.empty() && llvm::all_of(field, llvm::isDigit);
  };
  if (fields.size() >= kConvolutionFields)
    return error() << "a topology of convolutions is not supported; expected a "
                      "header with the columns name, M, N, K";
  if (fields.size() > 1 && llvm::all_of(fields.drop_front(), isNumber))
    return error()
           << "expected a header such as 'Layer,M,N,K,', found a row of "
              "numbers, which SCALE-Sim would skip";
  // The header is for people, but one that says something else is a mistake.
  SmallVector<std::string, 3> names;
  for (const std::string &field : fields)
    if (StringRef lower(field); lower.equals_insensitive("m") ||
                                lower.equals_insensitive("n") ||
                                lower.equals_insensitive("k"))
      names.push_back(lower.upper());
  if (names.size() == 3 && names != ArrayRef<std::string>{"M", "N", "K"})
    return error() << "the columns are M, N, K in this order, whatever the "
                      "header says; found "
                   << llvm::join(names, ", ");
  return success();
}

FailureOr<int64_t> TopologyReader::readSize(StringRef what,
                                            StringRef field) const {
  int64_t size = 0;
  if (!field.empty() && llvm::all_of(field, llvm::isDigit) &&
      !field.getAsInteger(10, size) && size >= 1 && size <= kMaxSize)
    return size;
  return error() << what << " must be an integer from 1 to " << kMaxSize
                 << ", found '" << field << "'";
}

FailureOr<scalesim::Sparsity>
TopologyReader::readSparsity(StringRef field) const {
  auto [nonZeros, block] = field.split(':');
  int64_t n = 0, m = 0;
  if (nonZeros.trim().getAsInteger(10, n) || block.trim().getAsInteger(10, m) ||
      n < 1 || m < n)
    return error() << "the sparsity of the filter must be n:m, n of m elements "
                      "being there, found '"
                   << field << "'";
  return scalesim::Sparsity{n, m};
}

FailureOr<Layer> TopologyReader::readRow(ArrayRef<std::string> fields) const {
  if (fields.size() >= kConvolutionFields)
    return error() << "a row of " << fields.size()
                   << " fields is a convolution, which is not supported; "
                      "expected name, M, N, K";
  if (fields.size() < 4 || fields.size() > 5)
    return error() << "expected name, M, N, K and at most a sparsity, found "
                   << fields.size() << " fields";
  if (fields[0].empty())
    return error() << "expected a name in the first field, found nothing";
  FailureOr<int64_t> m = readSize("M", fields[1]), n, k;
  if (failed(m) || failed(n = readSize("N", fields[2])) ||
      failed(k = readSize("K", fields[3])))
    return failure();
  std::optional<scalesim::Sparsity> sparsity;
  if (fields.size() == 5) {
    FailureOr<scalesim::Sparsity> read = readSparsity(fields[4]);
    if (failed(read))
      return failure();
    if (read->kept != read->block)
      sparsity = *read;
  }
  // Two 31-bit numbers do not overflow; all three may.
  if (llvm::SaturatingMultiply(static_cast<uint64_t>(*m * *n),
                               static_cast<uint64_t>(*k)) > uint64_t(1) << 60)
    return error() << "the product is too large to count: more than 2^60 "
                      "multiply-accumulates";
  if (sparsity)
    k = llvm::cantFail(scalesim::getSparseK(*k, *sparsity));
  return Layer{location(), fields[0], *m, *n, *k, sparsity};
}

FailureOr<SmallVector<Layer>> TopologyReader::read() {
  SmallVector<Layer> layers;
  bool hasHeader = false;
  for (StringRef rest = file.getBuffer(); !rest.empty();) {
    ++line;
    StringRef text;
    std::tie(text, rest) = rest.split('\n');
    text = text.trim();
    if (text.empty())
      continue;
    FailureOr<SmallVector<std::string>> fields = split(text);
    if (failed(fields))
      return failure();
    if (!hasHeader) {
      hasHeader = true;
      if (failed(readHeader(*fields)))
        return failure();
      continue;
    }
    FailureOr<Layer> layer = readRow(*fields);
    if (failed(layer))
      return failure();
    layers.push_back(*layer);
  }
  if (!layers.empty())
    return layers;
  line = 0;
  return error() << "expected a SCALE-Sim topology, a header and at least one "
                    "row 'name,M,N,K,', found "
                 << (hasHeader ? "only a header" : "an empty file");
}

OwningOpRef<ModuleOp>
frontend::importScaleSimTopology(MLIRContext &context,
                                 llvm::MemoryBufferRef file) {
  context.loadDialect<decoder::DecoderDialect, func::FuncDialect>();
  FailureOr<SmallVector<Layer>> layers = TopologyReader(context, file).read();
  if (failed(layers))
    return nullptr;

  OpBuilder builder(&context);
  Location loc =
      FileLineColLoc::get(&context, file.getBufferIdentifier(), 0, 0);
  StringRef path = file.getBufferIdentifier();
  OwningOpRef<ModuleOp> module = ModuleOp::create(
      loc, path == "<stdin>" ? "topology" : llvm::sys::path::stem(path));
  auto type = [&](int64_t rows, int64_t columns) {
    return RankedTensorType::get({rows, columns}, builder.getF32Type());
  };
  SmallVector<Type> inputs, outputs;
  SmallVector<Location> locs;
  for (const Layer &layer : *layers) {
    inputs.push_back(type(layer.m, layer.k));
    outputs.push_back(type(layer.m, layer.n));
    locs.push_back(layer.loc);
  }
  builder.setInsertionPointToEnd(module->getBody());
  auto function = func::FuncOp::create(
      builder, loc, "topology", builder.getFunctionType(inputs, outputs));
  Block *body = builder.createBlock(&function.getBody(), {}, inputs, locs);

  AffineExpr m, n, k;
  bindDims(&context, m, n, k);
  auto map = [&](AffineExpr row, AffineExpr column) {
    return AffineMap::get(3, 0, {row, column}, &context);
  };
  ArrayAttr maps =
      builder.getAffineMapArrayAttr({map(m, k), map(n, k), map(m, n)});

  // Rows may share a name; weights of one name would be the same weight.
  llvm::StringSet<> names;
  SmallVector<Value> results;
  for (auto [layer, activation, output] :
       llvm::zip(*layers, body->getArguments(), outputs)) {
    std::string name = layer.name;
    for (unsigned use = 2; !names.insert(name).second; ++use)
      name = layer.name + "#" + std::to_string(use);
    Value weight =
        decoder::WeightOp::create(builder, layer.loc, type(layer.n, layer.k),
                                  builder.getStringAttr(name), ElementsAttr());
    results.push_back(decoder::ProjectionOp::create(
        builder, layer.loc, output, activation, weight, /*init=*/Value(), maps,
        decoder::ProductRole::Other, /*layer=*/IntegerAttr(),
        builder.getStringAttr(layer.name)));
  }
  func::ReturnOp::create(builder, loc, results);
  for (const Layer &layer : *layers)
    if (layer.sparsity)
      decoder::addAssumption(
          *module, decoder::AssumptionKind::Weight,
          ("the filter of '" + Twine(layer.name) + "' is " +
           Twine(layer.sparsity->kept) + ":" + Twine(layer.sparsity->block) +
           " sparse: " + Twine(layer.k) +
           " rows of it are left, and the product is that of these, as "
           "SCALE-Sim v3 runs it")
              .str(),
          layer.loc);
  decoder::addAssumption(
      *module, decoder::AssumptionKind::Weight,
      "each row of the topology is taken for a projection, its filter for the "
      "weight: SCALE-Sim's files do not tell attention from projections");
  return module;
}
