//===- BareEnum.h - Enums as plain keywords in assembly ---------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_DECODER_BAREENUM_H
#define ONEBIT_DIALECTS_DECODER_BAREENUM_H

#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

namespace onebit {

/// `custom<BareEnum>($attr)`: an enum attribute as a keyword, without the space
/// that an attribute's own printer puts before it.
template <typename EnumAttrT>
mlir::ParseResult parseBareEnum(mlir::OpAsmParser &parser, EnumAttrT &attr) {
  auto value = mlir::FieldParser<decltype(attr.getValue())>::parse(parser);
  if (mlir::failed(value))
    return mlir::failure();
  attr = EnumAttrT::get(parser.getContext(), *value);
  return mlir::success();
}

template <typename EnumAttrT>
void printBareEnum(mlir::OpAsmPrinter &printer, mlir::Operation *,
                   EnumAttrT attr) {
  printer << stringifyEnum(attr.getValue());
}

} // namespace onebit

#endif // ONEBIT_DIALECTS_DECODER_BAREENUM_H
