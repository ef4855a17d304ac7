//===- EnergyPublishedTest.cpp - Published energies, recomputed -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tables against the numbers that were computed from them elsewhere, by the
// formulas printed there. test/paper/energy.py has the same numbers out of
// compiled models.
//
//===----------------------------------------------------------------------===//

#include "TestSchedules.h"
#include "onebit/CostModel/Energy.h"
#include "llvm/Support/Format.h"

using namespace onebit;
using namespace onebit::test;
using systolic::EnergyNode;

namespace {

/// Tokens of a forward pass in both papers.
constexpr int64_t kTokens = 512;

int64_t addFj(NumberFormat format, EnergyNode node) {
  return getOperationFj(Operation::Add, format, node).value();
}
int64_t multiplyFj(NumberFormat format, EnergyNode node) {
  return getOperationFj(Operation::Multiply, format, node).value();
}

/// Femtojoules in joules, as printed with so many decimals.
std::string toJoules(double fj, int decimals) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.*f", decimals, fj / 1e15);
  return text;
}

/// A decoder of OPT's shape: multiply-accumulates of kTokens tokens, all of
/// them attending to all.
struct Decoder {
  int64_t layers, width;

  int64_t linear() const { return kTokens * layers * 12 * width * width; }
  int64_t attention() const { return kTokens * layers * 2 * kTokens * width; }
  /// BitNet, eq. 18: (inputs + outputs) of each linear, 18 d a layer.
  int64_t scales() const { return kTokens * layers * 18 * width; }

  int64_t transformerAdd(NumberFormat format, EnergyNode node) const {
    return (linear() + attention()) * addFj(format, node);
  }
  int64_t transformerMultiply(NumberFormat format, EnergyNode node) const {
    return (linear() + attention()) * multiplyFj(format, node);
  }
  int64_t bitnetAdd(EnergyNode node) const {
    return linear() * addFj(NumberFormat::Int8, node) +
           attention() * addFj(NumberFormat::FP16, node);
  }
  int64_t bitnetMultiply(EnergyNode node) const {
    return (attention() + scales()) * multiplyFj(NumberFormat::FP16, node);
  }
};

// BitNet, Table 1, in joules. 34 of its 36 numbers; the other two, BitNet's ADD
// at 7 nm of 6.7B and 30B, are printed 0.04 and 0.14. An addition of 0.0073 pJ
// gives all three sizes as printed, so its authors added with a digit more than
// the 0.007 pJ of their Table 2.
TEST(EnergyPublished, BitNetTable1) {
  struct Row {
    Decoder decoder;
    /// fp32, fp16 and BitNet: multiply and add at 7 nm, the same at 45 nm.
    const char *printed[3][4];
  };
  const Row rows[] = {
      {{32, 4096},
       {{"4.41", "1.28", "12.46", "3.03"},
        {"1.14", "0.54", "3.70", "1.35"},
        {"0.02", "0.04", "0.08", "0.13"}}},
      {{40, 5120},
       {{"8.58", "2.49", "24.23", "5.89"},
        {"2.23", "1.05", "7.20", "2.62"},
        {"0.04", "0.06", "0.12", "0.24"}}},
      {{48, 7168},
       {{"20.09", "5.83", "56.73", "13.80"},
        {"5.21", "2.45", "16.87", "6.13"},
        {"0.06", "0.14", "0.20", "0.53"}}},
  };
  int equal = 0;
  for (const auto &[decoder, printed] : rows) {
    for (auto [column, node] :
         {std::pair(0, EnergyNode::Nm7), std::pair(2, EnergyNode::Nm45)}) {
      const std::pair<int64_t, int64_t> ours[] = {
          {decoder.transformerMultiply(NumberFormat::FP32, node),
           decoder.transformerAdd(NumberFormat::FP32, node)},
          {decoder.transformerMultiply(NumberFormat::FP16, node),
           decoder.transformerAdd(NumberFormat::FP16, node)},
          {decoder.bitnetMultiply(node), decoder.bitnetAdd(node)}};
      for (int row = 0; row < 3; ++row) {
        auto [multiply, add] = ours[row];
        EXPECT_EQ(toJoules(multiply, 2), printed[row][column])
            << decoder.width << " row " << row;
        if (row == 2 && node == EnergyNode::Nm7 && decoder.width != 5120) {
          EXPECT_EQ(toJoules(add, 4),
                    decoder.width == 4096 ? "0.0341" : "0.1349");
          EXPECT_NE(toJoules(add, 2), printed[row][column + 1]);
        } else {
          EXPECT_EQ(toJoules(add, 2), printed[row][column + 1])
              << decoder.width << " row " << row;
          ++equal;
        }
        ++equal;
      }
    }
    double finer = static_cast<double>(decoder.linear()) * 7.3 +
                   static_cast<double>(decoder.attention()) * 160;
    EXPECT_EQ(toJoules(finer, 2), printed[2][1]) << decoder.width;
  }
  EXPECT_EQ(equal, 34);
}

// BitNet, Figure 1: how many times less than in half precision, at 7 nm. Four
// of six round to what is printed; 18.547 and 21.649 are printed 18.6 and 21.7,
// as if rounded to two decimals before.
TEST(EnergyPublished, BitNetFigure1) {
  struct Point {
    int64_t width;
    double printed;
    const char *ours;
  };
  for (const auto &[width, printed, ours] :
       {Point{768, 8.8, "8.79"}, Point{1024, 11.0, "11.02"},
        Point{1536, 15.0, "15.03"}, Point{2048, 18.6, "18.55"},
        Point{2560, 21.7, "21.65"}, Point{7168, 38.8, "38.85"}}) {
    Decoder decoder{1, width};
    const EnergyNode node = EnergyNode::Nm7;
    int64_t half = decoder.transformerAdd(NumberFormat::FP16, node) +
                   decoder.transformerMultiply(NumberFormat::FP16, node);
    int64_t bitnet = decoder.bitnetAdd(node) + decoder.bitnetMultiply(node);
    double ratio = static_cast<double>(half) / static_cast<double>(bitnet);
    EXPECT_EQ(toJoules(ratio * 1e15, 2), ours);
    EXPECT_NEAR(ratio, printed, 0.054);
  }
}

// "71.4 times" of b1.58 (arXiv 2402.17764), section 3.
TEST(EnergyPublished, ArithmeticOfB158) {
  double half = addFj(NumberFormat::FP16, EnergyNode::Nm7) +
                multiplyFj(NumberFormat::FP16, EnergyNode::Nm7);
  EXPECT_EQ(
      toJoules(half / addFj(NumberFormat::Int8, EnergyNode::Nm7) * 1e15, 1),
      "71.4");
}

// BitNet b1.58 2B4T (arXiv 2504.12285), Table 1: joules of 512 tokens at 7 nm,
// and bytes of all weights but the embedding.
TEST(EnergyPublished, BitNet2B4TTable1) {
  struct Row {
    const char *name;
    int64_t layers, width, queries, keys, feedForward;
    const char *joules;
    /// GB to two decimals; printed are 2, 1.4, 2.6, 3.2, 4.8 and 0.4.
    const char *gigabytes;
    bool bitnet;
  };
  const Row rows[] = {
      {"LLaMA 3.2 1B", 16, 2048, 2048, 512, 8192, "0.258", "1.95", false},
      {"Gemma-3 1B", 26, 1152, 1024, 256, 6912, "0.186", "1.40", false},
      {"Qwen2.5 1.5B", 28, 1536, 1536, 256, 8960, "0.347", "2.62", false},
      {"SmolLM2 1.7B", 24, 2048, 2048, 2048, 8192, "0.425", "3.22", false},
      {"MiniCPM 2B", 40, 2304, 2304, 2304, 5760, "0.649", "4.88", false},
      {"BitNet b1.58 2B", 30, 2560, 2560, 640, 6912, "0.028", "0.42", true},
  };
  for (const Row &row : rows) {
    int64_t weights = row.layers * row.width *
                      (2 * row.queries + 2 * row.keys + 3 * row.feedForward);
    int64_t linear = kTokens * weights;
    int64_t attention = kTokens * row.layers * 2 * kTokens * row.queries;
    int64_t half = addFj(NumberFormat::FP16, EnergyNode::Nm7) +
                   multiplyFj(NumberFormat::FP16, EnergyNode::Nm7);
    int64_t projection =
        row.bitnet ? addFj(NumberFormat::Int8, EnergyNode::Nm7) : half;
    EXPECT_EQ(
        toJoules(static_cast<double>(linear * projection + attention * half),
                 3),
        row.joules)
        << row.name;
    // 1.6 bits a trit, five in a byte.
    double bytes = static_cast<double>(weights) * (row.bitnet ? 0.2 : 2);
    EXPECT_EQ(toJoules(bytes * 1e6, 2), row.gigabytes) << row.name;
  }
}

// Never the first without the second: the projections of OPT-6.7B, one token.
// 71 times less arithmetic is 8 times less energy once weights come from DRAM,
// packed by 2 bits.
TEST(EnergyPublished, SeventyOneTimesBecomesEight) {
  const int64_t weights = 32LL * 12 * 4096 * 4096;
  auto price = [&](Multiplier multiplier, int64_t bits) {
    Cost cost;
    cost.entries = {{Metric::MACs, weights},
                    {Metric::DramIfmapBits, 0},
                    {Metric::DramFilterBits, weights * bits},
                    {Metric::DramOfmapReadBits, 0},
                    {Metric::DramOfmapWriteBits, 0}};
    Schedule schedule = makeSchedule({}, {1, 1, 1});
    return llvm::cantFail(
        addEnergy(cost, schedule, makeArray(1, 1, Dataflow::OutputStationary),
                  FilterKind::QuantizedWeight, multiplier, EnergyNode::Nm7));
  };
  Cost half = price(Multiplier::Float, 16),
       ternary = price(Multiplier::Sign, 2);
  auto ratio = [&](Metric metric) {
    return static_cast<double>(*half.lookup(metric)) /
           static_cast<double>(*ternary.lookup(metric));
  };
  auto millijoules = [](const Cost &cost, Metric metric, int decimals) {
    return toJoules(1000. * static_cast<double>(*cost.lookup(metric)),
                    decimals);
  };
  EXPECT_EQ(millijoules(half, Metric::EnergyArithmeticInt8, 1), "3.2");
  EXPECT_EQ(millijoules(ternary, Metric::EnergyArithmeticInt8, 3), "0.045");
  EXPECT_NEAR(ratio(Metric::EnergyArithmeticInt8), 71.43, 0.005);
  EXPECT_EQ(millijoules(half, Metric::EnergyDram, 0), "2094");
  EXPECT_EQ(millijoules(ternary, Metric::EnergyDram, 0), "262");
  EXPECT_EQ(ratio(Metric::EnergyDram), 8.0);
  // With accumulators as wide as they must be: 0.193 mJ.
  EXPECT_EQ(millijoules(ternary, Metric::EnergyArithmeticInt32, 3), "0.193");
  EXPECT_NEAR(ratio(Metric::EnergyTotal), 8.0, 0.01);
}

} // namespace
