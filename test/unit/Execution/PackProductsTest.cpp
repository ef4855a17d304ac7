//===- PackProductsTest.cpp - Kernels and loops, every integer ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestModules.h"
#include "dialects/ternary/Packing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <array>
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace onebit;
using ternary::Packing;

namespace {
/// Products whose operands lie as a frontend may leave them.
enum class Layout { Rows, Columns, Sequences, Groups };

struct Case {
  Layout layout;
  Packing packing;
  int64_t tokens, rows, columns;
  /// Of the columns, in `Groups`.
  int64_t groups = 1;

  std::vector<int8_t> trits, activations;

  Case(Layout layout, Packing packing, int64_t tokens, int64_t rows,
       int64_t columns, int64_t groups, std::mt19937 &random)
      : layout(layout), packing(packing), tokens(tokens), rows(rows),
        columns(columns), groups(groups) {
    for (int64_t i = 0; i < rows * columns; ++i)
      trits.push_back(packing == Packing::B1
                          ? static_cast<int>(random() % 2) * 2 - 1
                          : static_cast<int>(random() % 3) - 1);
    for (int64_t i = 0; i < tokens * columns; ++i)
      activations.push_back(static_cast<int8_t>(random()));
  }

  /// By the definition, in the order of the result: t, n, and g.
  std::vector<int32_t> expected() const {
    std::vector<int32_t> result;
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t n = 0; n < rows; ++n)
        for (int64_t g = 0; g < groups; ++g) {
          int32_t sum = 0;
          for (int64_t k = columns / groups * g; k < columns / groups * (g + 1);
               ++k)
            sum += activations[t * columns + k] * trits[n * columns + k];
          result.push_back(sum);
        }
    return result;
  }

  std::string module() const {
    // As the weight has it: columns x rows, or rows x columns.
    bool transposed = layout == Layout::Columns;
    std::vector<int8_t> elements = trits;
    if (transposed)
      for (int64_t n = 0; n < rows; ++n)
        for (int64_t k = 0; k < columns; ++k)
          elements[k * rows + n] = trits[n * columns + k];
    ternary::PackedShape shape{rows, columns};
    if (transposed)
      std::swap(shape.rows, shape.columns);
    std::vector<uint8_t> bytes =
        llvm::cantFail(ternary::pack(packing, elements, shape));

    std::string element =
        packing == Packing::B1 ? "!ternary.bit" : "!ternary.trit";
    std::string weight =
        llvm::formatv("tensor<{0}x{1}x{2}>", shape.rows, shape.columns, element)
            .str();
    std::string x = llvm::formatv("tensor<{0}x{1}xi8>", tokens, columns).str();
    std::string y = llvm::formatv("tensor<{0}x{1}xi32>", tokens, rows).str();
    const char *loops = "(t, n, k)", *maps[] = {"(t, k)", "(n, k)", "(t, n)"};
    std::string factor = "%w", split, factorType = weight;
    switch (layout) {
    case Layout::Rows:
      break;
    case Layout::Columns:
      maps[1] = "(k, n)";
      break;
    case Layout::Sequences:
      loops = "(b, t, n, k)";
      maps[0] = "(b, t, k)";
      maps[2] = "(b, t, n)";
      x = llvm::formatv("tensor<1x{0}x{1}xi8>", tokens, columns).str();
      y = llvm::formatv("tensor<1x{0}x{1}xi32>", tokens, rows).str();
      break;
    case Layout::Groups:
      loops = "(t, n, k, g)";
      maps[0] = "(t, g, k)";
      maps[1] = "(n, g, k)";
      maps[2] = "(t, n, g)";
      x = llvm::formatv("tensor<{0}x{1}x{2}xi8>", tokens, groups,
                        columns / groups)
              .str();
      y = llvm::formatv("tensor<{0}x{1}x{2}xi32>", tokens, rows, groups).str();
      factor = "%e";
      factorType = llvm::formatv("tensor<{0}x{1}x{2}x{3}>", rows, groups,
                                 columns / groups, element)
                       .str();
      split = llvm::formatv("%e = tensor.expand_shape %w [[0], [1, 2]] "
                            "output_shape [{0}, {1}, {2}] : {3} into {4}\n",
                            rows, groups, columns / groups, weight, factorType)
                  .str();
      break;
    }
    return llvm::formatv(
               "func.func @f(%x: {0}) -> {1} {{\n"
               "%w, %s = ternary.weight \"w\" packing({2}) = dense<\"0x{3}\"> "
               ": tensor<{4}xi8> scale = dense<1.0> : tensor<f32> -> {5}, "
               "tensor<f32>\n"
               "{6}"
               "%y = ternary.matmul role(up) ins(%x, {7} : {0}, {8}) maps "
               "[affine_map<{9} -> {10}>, affine_map<{9} -> {11}>, "
               "affine_map<{9} -> {12}>] -> {1}\n"
               "return %y : {1}\n}",
               x, y, ternary::stringifyPacking(packing), llvm::toHex(bytes),
               bytes.size(), weight, split, factor, factorType, loops, maps[0],
               maps[1], maps[2])
        .str();
  }

  /// Bytes of the weight as kernels read it.
  int64_t packedBytes() const {
    return rows * groups * ((columns / groups + 127) / 128) * 32;
  }
};

void check(Case one) {
  SCOPED_TRACE(
      llvm::formatv("{0} tokens, {1} x {2}, {3} groups, layout {4}, {5}",
                    one.tokens, one.rows, one.columns, one.groups,
                    static_cast<int>(one.layout),
                    ternary::stringifyPacking(one.packing))
          .str());
  MLIRContext context(getTestRegistry(), MLIRContext::Threading::DISABLED);
  std::vector<int32_t> expected = one.expected();
  for (bool packed : {false, true}) {
    CompileOptions options;
    options.packProducts = packed;
    options.threads = one.rows % 3 + 1;
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(one.module(), &context);
    ASSERT_TRUE(module);
    auto program = Program::compile(*module, options);
    ASSERT_TRUE(succeeded(program));
    // Otherwise the weight is part of the program.
    EXPECT_EQ((*program)->getWeightBytes(), packed ? one.packedBytes() : 0);
    std::vector<int32_t> y(expected.size(), -1);
    (*program)->run({one.activations.data()}, {y.data()});
    EXPECT_EQ(y, expected) << (packed ? "packed" : "loops");
  }
}

TEST(PackProducts, EveryPacking) {
  std::mt19937 random(1);
  for (Packing packing :
       {Packing::I2S, Packing::HF, Packing::TL2, Packing::Base3, Packing::B1,
        Packing::TQ1_0, Packing::TQ2_0})
    check({Layout::Sequences, packing, 2,
           static_cast<int64_t>(random() % 9 + 1),
           static_cast<int64_t>(random() % 300 + 1), 1, random});
}

TEST(PackProducts, RowsOfTokens) {
  std::mt19937 random(2);
  for (int i = 0; i < 6; ++i)
    check({Layout::Rows, Packing::I2S, static_cast<int64_t>(random() % 5 + 1),
           static_cast<int64_t>(random() % 40 + 1),
           static_cast<int64_t>(random() % 300 + 1), 1, random});
}

TEST(PackProducts, Columns) {
  std::mt19937 random(3);
  for (int i = 0; i < 4; ++i)
    check({Layout::Columns, i % 2 ? Packing::I2S : Packing::Base3, 3,
           static_cast<int64_t>(random() % 20 + 1),
           static_cast<int64_t>(random() % 300 + 1), 1, random});
}

TEST(PackProducts, Groups) {
  std::mt19937 random(4);
  for (int64_t groups : {1, 2, 5})
    for (int64_t size : {3, 128, 130})
      check({Layout::Groups, Packing::I2S, 2,
             static_cast<int64_t>(random() % 9 + 1), groups * size, groups,
             random});
}

/// A product of `tokens` x `groups * size` numbers and a weight of as many
/// columns; the groups of both have scales.
struct GroupedCase {
  int64_t tokens, rows, groups, size;
  std::vector<float> x, scales;
  std::vector<int8_t> trits;

  GroupedCase(int64_t tokens, int64_t rows, int64_t groups, int64_t size,
              std::mt19937 &random)
      : tokens(tokens), rows(rows), groups(groups), size(size) {
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < tokens * groups * size; ++i)
      // Groups that are of other sizes, so that none has another's scale.
      x.push_back(
          std::ldexp(normal(random), static_cast<int>(i / size % groups * 3)));
    for (int64_t i = 0; i < rows * groups; ++i)
      scales.push_back(std::ldexp(1.0f, static_cast<int>(random() % 8) - 4));
    for (int64_t i = 0; i < rows * groups * size; ++i)
      trits.push_back(static_cast<int8_t>(random() % 3) - 1);
  }

  /// By the definition, summed in f64.
  std::vector<double> expected() const {
    std::vector<double> result;
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t n = 0; n < rows; ++n) {
        double y = 0;
        for (int64_t g = 0; g < groups; ++g) {
          const float *row = &x[(t * groups + g) * size];
          float gamma = 1e-5f;
          for (int64_t k = 0; k < size; ++k)
            gamma = std::max(gamma, std::abs(row[k]));
          float factor = 127.0f / gamma;
          int64_t sum = 0;
          for (int64_t k = 0; k < size; ++k)
            sum += static_cast<int64_t>(std::nearbyint(row[k] * factor)) *
                   trits[(n * groups + g) * size + k];
          y += static_cast<double>(sum) / factor * scales[n * groups + g];
        }
        result.push_back(y);
      }
    return result;
  }

  std::string module() const {
    std::vector<uint8_t> bytes = llvm::cantFail(
        ternary::pack(Packing::I2S, trits, {rows, groups * size}));
    llvm::StringRef scaleBytes(reinterpret_cast<const char *>(scales.data()),
                               scales.size() * sizeof(float));
    return llvm::formatv(
               R"(
func.func @f(%x: tensor<{0}x{4}xf32>) -> tensor<{0}x{1}xf32> {{
  %w, %s = ternary.weight "w" packing(i2_s) = dense<"0x{5}"> : tensor<{6}xi8>
      scale = dense<"0x{7}"> : tensor<{1}x{2}xf32> group <size = {3}, dim = 1>
      -> tensor<{1}x{4}x!ternary.trit>, tensor<{1}x{2}xf32>
  %q, %t = ternary.quantize_activation per_token %x over [1] bits 8
      group <size = {3}, dim = 1>
      : tensor<{0}x{4}xf32> -> tensor<{0}x{4}xi8>, tensor<{0}x{2}xf32>
  %e = tensor.expand_shape %q [[0], [1, 2]] output_shape [{0}, {2}, {3}]
      : tensor<{0}x{4}xi8> into tensor<{0}x{2}x{3}xi8>
  %v = tensor.expand_shape %w [[0], [1, 2]] output_shape [{1}, {2}, {3}]
      : tensor<{1}x{4}x!ternary.trit> into tensor<{1}x{2}x{3}x!ternary.trit>
  %a = ternary.matmul role(up)
      ins(%e, %v : tensor<{0}x{2}x{3}xi8>, tensor<{1}x{2}x{3}x!ternary.trit>)
      maps [affine_map<(t, n, k, g) -> (t, g, k)>,
            affine_map<(t, n, k, g) -> (n, g, k)>,
            affine_map<(t, n, k, g) -> (t, n, g)>] -> tensor<{0}x{1}x{2}xi32>
  %y = ternary.dequantize %a
      scales(%t, %s : tensor<{0}x{2}xf32>, tensor<{1}x{2}xf32>)
      maps [affine_map<(t, n, g) -> (t, n, g)>, affine_map<(t, n, g) -> (t, g)>,
            affine_map<(t, n, g) -> (n, g)>, affine_map<(t, n, g) -> (t, n)>]
      : tensor<{0}x{1}x{2}xi32> -> tensor<{0}x{1}xf32>
  return %y : tensor<{0}x{1}xf32>
})",
               tokens, rows, groups, size, groups * size, llvm::toHex(bytes),
               bytes.size(), llvm::toHex(scaleBytes))
        .str();
  }

  /// Of the weight as kernels read it, and of its scales.
  int64_t weightBytes() const {
    return rows * groups * ((size + 127) / 128 * 32 + 4);
  }
};

TEST(PackProducts, ActivationGroups) {
  std::mt19937 random(5);
  for (auto [tokens, rows, groups, size] : {std::array<int64_t, 4>{1, 3, 4, 8},
                                            {2, 5, 1, 130},
                                            {3, 2, 3, 128},
                                            {2, 4, 7, 1}}) {
    GroupedCase one(tokens, rows, groups, size, random);
    SCOPED_TRACE(llvm::formatv("{0} tokens, {1} rows, {2} groups of {3}",
                               tokens, rows, groups, size)
                     .str());
    MLIRContext context(getTestRegistry(), MLIRContext::Threading::DISABLED);
    std::vector<float> results[2];
    for (bool packed : {false, true}) {
      CompileOptions options;
      options.packProducts = packed;
      OwningOpRef<ModuleOp> module =
          parseSourceString<ModuleOp>(one.module(), &context);
      ASSERT_TRUE(module);
      auto program = Program::compile(*module, options);
      ASSERT_TRUE(succeeded(program));
      EXPECT_EQ((*program)->getWeightBytes(), packed ? one.weightBytes() : 0);
      results[packed].assign(tokens * rows, -1);
      (*program)->run({one.x.data()}, {results[packed].data()});
    }
    EXPECT_EQ(results[0], results[1]);
    std::vector<double> expected = one.expected();
    double most = 0;
    for (double y : expected)
      most = std::max(most, std::abs(y));
    for (size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(results[1][i], expected[i], 1e-6 * most) << i;
  }
}
} // namespace
