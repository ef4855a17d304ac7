//===- SystolicEnums.cpp - plain data of the systolic dialect -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file of its own, so that whoever links the names links no IR.
//
//===----------------------------------------------------------------------===//

#include "dialects/systolic/SystolicEnums.h"
#include "llvm/ADT/StringSwitch.h"

#include "dialects/systolic/SystolicEnums.cpp.inc"
