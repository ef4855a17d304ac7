//===- ArgumentNames.cpp - What the name of an argument says --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "onebit/Analysis/ArgumentRoots.h"
#include "onebit/Analysis/WeightNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace onebit;

static StringRef getLocationName(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName();
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location inner : fused.getLocations())
      if (StringRef name = getLocationName(inner); !name.empty())
        return name;
  return {};
}

StringRef onebit::getNameOf(Value value) {
  auto arg = dyn_cast<BlockArgument>(value);
  auto function =
      arg ? dyn_cast<FunctionOpInterface>(arg.getOwner()->getParentOp())
          : FunctionOpInterface();
  if (!function)
    return getLocationName(value.getLoc());
  // What exporters call the attribute that holds a name.
  for (StringRef attr : {StringRef(decoder::DecoderDialect::kWeightAttrName),
                         StringRef("jax.arg_info"), StringRef("onnx.name"),
                         StringRef("ml_program.identifier")})
    if (auto name =
            function.getArgAttrOfType<StringAttr>(arg.getArgNumber(), attr))
      return name;
  return getLocationName(value.getLoc());
}

/// What the first word says: the argument of the function that was exported,
/// of which this is a leaf.
static std::optional<RootKind> parseRoot(StringRef word) {
  using Kind = std::optional<RootKind>;
  return llvm::StringSwitch<Kind>(word)
      .Cases({"params", "param", "parameters", "variables", "weights"},
             RootKind::Weight)
      // torch.export: parameters, buffers, constants.
      .Cases({"p", "b", "c"}, RootKind::Weight)
      .Cases({"cache", "caches", "kv", "past"}, RootKind::Cache)
      .Cases({"x", "xs", "input", "inputs", "ids", "token", "tokens"},
             RootKind::Activation)
      .Cases({"hidden", "mask", "attention", "pos", "position", "positions"},
             RootKind::Activation)
      .Default(std::nullopt);
}

std::optional<RootKind> onebit::parseArgumentName(StringRef name) {
  SmallVector<std::string> words;
  for (StringRef rest = name; !rest.empty();) {
    rest = rest.drop_until(llvm::isAlnum);
    StringRef word = rest.take_while(llvm::isAlnum);
    rest = rest.drop_front(word.size());
    if (!word.empty())
      words.push_back(word.lower());
  }
  if (words.empty())
    return std::nullopt;
  std::optional<RootKind> root = parseRoot(words.front());
  // A letter alone names an argument, not a tree.
  if (words.size() == 1 && words.front().size() == 1 && root &&
      *root == RootKind::Weight)
    return std::nullopt;
  if (root == RootKind::Weight)
    return root;
  for (StringRef word : words)
    if (word == "cache" || word == "past")
      return RootKind::Cache;
  // `attention.wq` is a weight, `attention_mask` is none.
  WeightName known = parseWeightName(name);
  if (words.size() > 1 &&
      (known.layer || known.role != decoder::ProductRole::Other ||
       known.isEmbedding || words.back() == "weight" ||
       words.back() == "kernel" || words.back() == "bias"))
    return RootKind::Weight;
  return root;
}
