//===- Assumptions.cpp - What raising took for granted --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::raise;
using decoder::AssumptionKind;

/// "0 to 3, 7" of argument numbers in rising order.
static std::string listNumbers(ArrayRef<BlockArgument> args) {
  std::string text;
  for (size_t i = 0; i < args.size();) {
    size_t last = i;
    while (last + 1 < args.size() &&
           args[last + 1].getArgNumber() == args[last].getArgNumber() + 1)
      ++last;
    if (!text.empty())
      text += ", ";
    text += std::to_string(args[i].getArgNumber());
    if (last > i)
      text += (last == i + 1 ? ", " : " to ") +
              std::to_string(args[last].getArgNumber());
    i = last + 1;
  }
  return text;
}

/// "argument 1 of @main", "arguments 0, 2 of @main; 1 of @other".
static std::string listArguments(ArrayRef<BlockArgument> args) {
  std::string text = args.size() == 1 ? "argument " : "arguments ";
  // They come function by function.
  for (bool isFirst = true; !args.empty(); isFirst = false) {
    Operation *parent = args.front().getOwner()->getParentOp();
    ArrayRef<BlockArgument> same = args.take_while([&](BlockArgument arg) {
      return arg.getOwner()->getParentOp() == parent;
    });
    text += (isFirst ? "" : "; ") + listNumbers(same) + " of @" +
            cast<FunctionOpInterface>(parent).getName().str();
    args = args.drop_front(same.size());
  }
  return text;
}

namespace {
/// What is said of arguments of one kind that were told on one ground.
struct RootWords {
  RootKind kind;
  RootGround ground;
  AssumptionKind assumption;
  StringLiteral taken;
};
} // namespace

static constexpr RootWords kRootWords[] = {
    {RootKind::Weight, RootGround::Requested, AssumptionKind::Weight,
     "taken for weights, as 'weights' asks: "},
    {RootKind::Weight, RootGround::Name, AssumptionKind::Weight,
     "taken for weights by their names: "},
    {RootKind::Weight, RootGround::MultipliesInput, AssumptionKind::Weight,
     "taken for weights, as they multiply what depends on the input: "},
    {RootKind::Activation, RootGround::Unmarked, AssumptionKind::Activation,
     "taken for activations, as others are marked as weights: "},
    {RootKind::Activation, RootGround::Name, AssumptionKind::Activation,
     "taken for activations by their names: "},
    {RootKind::Cache, RootGround::Name, AssumptionKind::Activation,
     "taken for caches by their names: "},
    {RootKind::Cache, RootGround::Updated, AssumptionKind::Activation,
     "taken for caches, as they are updated: "},
    {RootKind::Activation, RootGround::InputShape, AssumptionKind::Activation,
     "taken for activations, as they have batch and sequence of the token "
     "ids: "},
    {RootKind::Activation, RootGround::ConstantWeights,
     AssumptionKind::Activation,
     "taken for activations, as known weights multiply them: "},
    {RootKind::Activation, RootGround::BatchOfOne, AssumptionKind::NotVisible,
     "nothing says for certain what the input is: taken for it, as it has a "
     "batch dimension and what it multiplies has none: "},
    {RootKind::Cache, RootGround::Attended, AssumptionKind::Activation,
     "taken for keys and values, as there is a softmax between their "
     "products: "},
    {RootKind::Activation, RootGround::Packed, AssumptionKind::NotVisible,
     "nothing says for certain what the input is: taken for it, as what it "
     "multiplies is packed: "},
    {RootKind::Activation, RootGround::Shared, AssumptionKind::NotVisible,
     "nothing says for certain what the input is: taken for it, as it "
     "multiplies several others: "},
    {RootKind::Activation, RootGround::Order, AssumptionKind::NotVisible,
     "nothing says for certain what the input is: taken for it, as parameters "
     "come first: "},
    {RootKind::Activation, RootGround::Alike, AssumptionKind::NotVisible,
     "nothing tells weights from activations, all are taken for activations: "},
};

/// The first few names, those first that speak of products.
static std::string listNames(ArrayRef<StringRef> all) {
  // Most files have one dialect and a handful of ops.
  static constexpr size_t kMaxNames = 8;
  SmallVector<StringRef> names(all);
  std::stable_partition(names.begin(), names.end(), [](StringRef name) {
    return name.contains("dot") || name.contains("matmul") ||
           name.contains("attention") || name.contains("conv");
  });
  std::string list = llvm::join(ArrayRef(names).take_front(kMaxNames), ", ");
  if (names.size() > kMaxNames)
    list += ", ...";
  return list;
}

void raise::writeAssumptions(ModuleOp module, const Products &products,
                             const HiddenProducts &hidden) {
  const WeightAnalysis &analysis = products.analysis;
  auto assume = [&](AssumptionKind kind, const Twine &twine,
                    LocationAttr loc = {}) {
    // Text that was printed without locations has others when it is read back.
    std::string text = twine.str();
    auto said = module->getAttrOfType<ArrayAttr>(
        decoder::DecoderDialect::kAssumptionsAttrName);
    bool again = said && llvm::any_of(said, [&](Attribute attr) {
                   auto old = cast<decoder::AssumptionAttr>(attr);
                   return old.getKind() == kind && old.getText() == text;
                 });
    if (!again)
      decoder::addAssumption(module, kind, text, loc);
  };
  if (!products.found.empty())
    for (const RootWords &words : kRootWords) {
      SmallVector<BlockArgument> args =
          analysis.getRoots().get(words.kind, words.ground);
      if (args.empty())
        continue;
      if (words.assumption != AssumptionKind::NotVisible)
        assume(words.assumption, Twine(words.taken) + listArguments(args));
      else
        assume(AssumptionKind::NotVisible,
               Twine(words.taken) + listArguments(args) +
                   "; mark weights with decoder.weight, or name them with "
                   "'weights'");
    }
  if (ArrayRef<StringRef> globals = analysis.getAssumedGlobals();
      !globals.empty() && !products.found.empty())
    assume(AssumptionKind::Weight,
           (globals.size() == 1
                ? "taken for a weight, as nothing writes to it: global "
                : "taken for weights, as nothing writes to them: globals ") +
               listNames(globals));
  for (auto &[name, loc] : products.tied)
    assume(AssumptionKind::TiedWeight,
           "the lm_head shares its weight" +
               (name.empty() ? Twine() : " '" + Twine(name) + "'") +
               " with the token embedding",
           loc);
  auto assumeFound = [&](AssumptionKind kind, const Finding &finding,
                         StringRef one, StringRef many, const Twine &what) {
    if (finding.count)
      assume(kind, decoder::plural(finding.count, one, many) + what,
             finding.first);
  };
  auto mayHide = [&](const Finding &finding, StringRef one, StringRef many) {
    assumeFound(AssumptionKind::NotVisible, finding, one, many,
                " may hide products, attention among them: " +
                    listNames(finding.names.getArrayRef()));
  };
  auto isHidden = [&](const Finding &finding, StringRef one, StringRef many,
                      const Twine &why) {
    assumeFound(AssumptionKind::NotVisible, finding, one, many, why);
  };
  assumeFound(AssumptionKind::NotModelled, products.twoWeights,
              "product of two weights", "products of two weights",
              " can be folded and costs nothing here");
  assumeFound(AssumptionKind::NotVisible, products.twoPicked, "product",
              "products",
              " of two weights that the input picks parts of: neither "
              "projection nor attention, not counted");
  assumeFound(AssumptionKind::NotModelled, products.inLoops, "product is",
              "products are",
              " written as loops over memory: counted by the bounds of the "
              "loops; what else these compute is not");
  assumeFound(AssumptionKind::NotModelled, hidden.depthwise,
              "depthwise convolution is", "depthwise convolutions are",
              " no matrix product: work of the vector unit");
  assumeFound(AssumptionKind::NotVisible, products.unknownSides,
              "product has a side", "products have a side",
              " that is taken for an activation, because nothing is known of "
              "what makes it: " +
                  listNames(products.unknownSides.names.getArrayRef()));
  for (auto &[reason, finding] : hidden.unsupported)
    isHidden(finding, "operation multiplies and adds but is",
             "operations multiply and add but are", " not counted: " + reason);
  isHidden(hidden.loops, "loop multiplies", "loops multiply",
           " element by element: products written so, attention among them, "
           "are not counted");
  isHidden(hidden.outside, "product is", "products are",
           " in no function that is known here, and not counted");
  mayHide(hidden.calls, "call of a function without a body",
          "calls of functions without a body");
  mayHide(hidden.opaqueOps, "operation that does not say what it does",
          "operations that do not say what they do");
  for (auto &[dialect, finding] : hidden.unknownOps)
    mayHide(finding, "operation of a dialect that is not known here",
            "operations of a dialect that is not known here");
}
