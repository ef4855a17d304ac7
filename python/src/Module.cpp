//===- Module.cpp - The compiler in a Python process ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The library functions that the tools are made of: import, parse, lower,
// report. Diagnostics become exceptions. The classes for people are in
// python/onebit.
//
//===----------------------------------------------------------------------===//

#include "Session.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "onebit/Conversion/Passes.h"
#include "onebit/Frontend/HuggingFace.h"
#include "onebit/InitAllDialects.h"
#include "onebit/Pipelines/LowerToSystolic.h"
#include "onebit/Report/Report.h"
#include "onebit/Simulator/Simulator.h"
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
using namespace mlir;

namespace {
/// A module with the context that owns it and the text that it came from.
class Module : Session {
public:
  static std::unique_ptr<Module> parse(const nb::bytes &source,
                                       const std::string &name);
  static std::unique_ptr<Module>
  importHfConfig(const std::string &config, const std::string &name,
                 const std::string &phase, std::optional<int64_t> contextLength,
                 int64_t batch, std::optional<int64_t> layers,
                 const std::string &layout);

  void setDims(const std::vector<std::string> &dims);
  void lower(const std::string &options);
  std::string report(const std::string &format,
                     const std::vector<double> &speedups,
                     std::optional<unsigned> width, bool color);
  std::string text();
  nb::bytes bytecode();

private:
  Module() : Session(getRegistry()) {
    // A frontend's file may hold ops that only its own tools know.
    context.allowUnregisteredDialects();
  }
  static const DialectRegistry &getRegistry() {
    static const DialectRegistry registry = [] {
      DialectRegistry registry;
      onebit::registerAllDialects(registry);
      return registry;
    }();
    return registry;
  }

  OwningOpRef<ModuleOp> module;
};
} // namespace

std::unique_ptr<Module> Module::parse(const nb::bytes &source,
                                      const std::string &name) {
  std::unique_ptr<Module> result(new Module);
  result->addSource(StringRef(source.c_str(), source.size()), name);
  result->attempt([&](raw_ostream &) {
    result->module =
        parseSourceFile<ModuleOp>(result->sources, &result->context);
    return static_cast<bool>(result->module);
  });
  return result;
}

std::unique_ptr<Module> Module::importHfConfig(
    const std::string &config, const std::string &name,
    const std::string &phase, std::optional<int64_t> contextLength,
    int64_t batch, std::optional<int64_t> layers, const std::string &layout) {
  onebit::frontend::ImportOptions options;
  std::optional<onebit::decoder::Phase> phaseKind =
      onebit::decoder::symbolizePhase(phase);
  if (!phaseKind)
    throw Error("phase must be 'decode' or 'prefill', not '" + phase + "'");
  std::optional<onebit::decoder::Layout> layoutKind =
      onebit::decoder::symbolizeLayout(layout);
  if (!layoutKind)
    throw Error("layout must be 'real' or 'paper', not '" + layout + "'");
  options.phase = *phaseKind;
  options.layout = *layoutKind;
  options.contextLength = contextLength;
  options.batch = batch;
  options.layers = layers;

  std::unique_ptr<Module> result(new Module);
  llvm::MemoryBufferRef buffer = result->addSource(config, name);
  result->attempt([&](raw_ostream &) {
    result->module = onebit::frontend::importHuggingFaceConfig(result->context,
                                                               buffer, options);
    return result->module && succeeded(verify(*result->module));
  });
  return result;
}

void Module::setDims(const std::vector<std::string> &dims) {
  onebit::SetDimsOptions options;
  options.dims.assign(dims.begin(), dims.end());
  attempt([&](raw_ostream &) {
    PassManager passes(&context);
    passes.addPass(onebit::createSetDims(options));
    return succeeded(passes.run(*module));
  });
}

void Module::lower(const std::string &options) {
  attempt([&](raw_ostream &os) {
    onebit::LowerToSystolicOptions parsed;
    if (failed(parsed.parseFromString(options, os))) {
      os << "cannot read the options '" << options << "'";
      return false;
    }
    return succeeded(onebit::lowerToSystolic(*module, parsed));
  });
}

std::string Module::report(const std::string &format,
                           const std::vector<double> &speedups,
                           std::optional<unsigned> width, bool color) {
  using onebit::report::Format;
  onebit::report::ReportOptions options;
  if (format == "json")
    options.format = Format::Json;
  else if (format == "csv")
    options.format = Format::Csv;
  else if (format == "text")
    options.format = Format::Text;
  else
    throw Error("format must be 'text', 'json' or 'csv', not '" + format + "'");
  options.speedups.assign(speedups.begin(), speedups.end());
  options.width = width;
  options.color = color;
  std::string text;
  attempt([&](raw_ostream &) {
    llvm::raw_string_ostream os(text);
    os.enable_colors(color);
    return succeeded(onebit::report::emitReport(*module, options, os));
  });
  return text;
}

std::string Module::text() {
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os);
  return text;
}

nb::bytes Module::bytecode() {
  std::string bytes;
  attempt([&](raw_ostream &) {
    llvm::raw_string_ostream os(bytes);
    return succeeded(writeBytecodeToFile(*module, os));
  });
  return nb::bytes(bytes.data(), bytes.size());
}

NB_MODULE(_onebit, m) {
  onebit::registerSimulator();
  m.doc() = "The compiler's four functions: import, lower, price, report.";
  m.attr("__version__") = ONEBIT_VERSION;
  // What an option's parser says of a wrong value goes to stderr alone.
  onebit::LowerToSystolicOptions options;
  nb::dict choices;
  auto addChoices = [&](const char *name, auto &option) {
    std::vector<std::string> values;
    for (unsigned i = 0, e = option.getParser().getNumOptions(); i < e; ++i)
      values.push_back(option.getParser().getOption(i).str());
    choices[name] = values;
  };
  addChoices("dataflow", options.dataflow);
  addChoices("objective", options.objective);
  addChoices("gqa", options.queryHeads);
  addChoices("masked_folds", options.maskedFolds);
  addChoices("energy", options.energy);
  addChoices("scheme", options.scheme);
  m.attr("CHOICES") = choices;
  m.attr("FAMILIES") = onebit::frontend::getHuggingFaceFamilies();
  nb::exception<Error>(m, "Error").doc() =
      "Bad input; the text is what the tools would print: file, line, what is "
      "wrong, what to do.";

  nb::class_<Module>(m, "Module", "A module, from a model to a priced program.")
      .def_static("parse", &Module::parse, "source"_a, "name"_a = "<string>",
                  "Reads MLIR, text or bytecode. `name` stands in errors.")
      .def_static("import_hf_config", &Module::importHfConfig, "config"_a,
                  "name"_a = "config.json", "phase"_a = "decode",
                  "context"_a = nb::none(), "batch"_a = 1,
                  "layers"_a = nb::none(), "layout"_a = "real",
                  "Imports the text of a Hugging Face config.json as decoder "
                  "blocks.")
      .def("set_dims", &Module::setDims, "dims"_a,
           "Gives arguments the sizes that a file leaves open, in place: each "
           "item SIZE, ARGUMENT=SIZE or ARGUMENT:DIMENSION=SIZE.")
      .def("lower", &Module::lower, "options"_a = "",
           "Runs --lower-to-systolic with its options as one string, in place.")
      .def("report", &Module::report, "format"_a = "text",
           "speedups"_a = std::vector<double>(), "width"_a = nb::none(),
           "color"_a = false,
           "What the priced module costs, as 'text', 'json' or 'csv'.")
      .def("bytecode", &Module::bytecode, "The module as MLIR bytecode.")
      .def("__str__", &Module::text, "The module as MLIR text.");
}
