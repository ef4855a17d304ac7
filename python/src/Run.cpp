//===- Run.cpp - Compiled models in a Python process ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module of its own: it holds a compiler for the machine and is large, and
// whoever only asks what a model costs does not load it.
//
//===----------------------------------------------------------------------===//

#include "Session.h"
#include "mlir/Parser/Parser.h"
#include "onebit/Execution/LanguageModel.h"
#include "onebit/Execution/LoadModel.h"
#include "onebit/Execution/LowerToLLVM.h"
#include "onebit/Frontend/LoadWeights.h"
#include "onebit/InitAllDialects.h"
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
using namespace mlir;

namespace {
/// A model and the module that holds its weights.
class Model : Session {
public:
  static std::unique_ptr<Model>
  fromConfig(const std::string &config, const std::string &name,
             const std::string &checkpoint, std::optional<int64_t> context,
             int64_t prefillTokens, int64_t threads,
             const std::string &kernel) {
    std::unique_ptr<Model> result(new Model);
    std::string warnings = result->attempt([&](raw_ostream &os) {
      onebit::LoadOptions options;
      if (!take(onebit::frontend::openCheckpoint(checkpoint),
                options.checkpoint, os))
        return false;
      options.contextLength = context;
      options.prefillTokens = prefillTokens;
      result->module = onebit::loadModel(
          result->context, result->addSource(config, name), options);
      return result->module &&
             result->compile("decode", prefillTokens == 1 ? "" : "prefill",
                             threads, kernel, os);
    });
    // Of the caller of the Python function that calls this.
    StringRef text = StringRef(warnings).rtrim();
    if (!text.empty() &&
        PyErr_WarnEx(PyExc_UserWarning, text.str().c_str(), 3) < 0)
      throw nb::python_error();
    return result;
  }

  static std::unique_ptr<Model>
  fromModule(const nb::bytes &source, const std::string &name,
             const std::string &entry, const std::string &checkpoint,
             const std::string &prefill, int64_t threads,
             const std::string &kernel) {
    std::unique_ptr<Model> result(new Model);
    result->addSource(StringRef(source.c_str(), source.size()), name);
    result->attempt([&](raw_ostream &os) {
      result->module =
          parseSourceFile<ModuleOp>(result->sources, &result->context);
      return result->module &&
             (checkpoint.empty() || result->load(checkpoint, os)) &&
             result->compile(entry, prefill, threads, kernel, os);
    });
    return result;
  }

  std::vector<int64_t> generate(const std::vector<int64_t> &prompt,
                                int64_t count) {
    std::vector<int64_t> tokens;
    attempt([&](raw_ostream &os) {
      return take(model->generate(prompt, count), tokens, os);
    });
    return tokens;
  }

  /// A copy: the next call writes over the model's own.
  nb::ndarray<nb::numpy, float, nb::ndim<1>>
  feed(const std::vector<int64_t> &tokens) {
    ArrayRef<float> logits;
    attempt([&](raw_ostream &os) {
      return take(model->feed(ArrayRef(tokens)), logits, os);
    });
    auto *copy = new std::vector<float>(logits.begin(), logits.end());
    nb::capsule owner(copy, [](void *p) noexcept {
      delete static_cast<std::vector<float> *>(p);
    });
    return nb::ndarray<nb::numpy, float, nb::ndim<1>>(copy->data(),
                                                      {copy->size()}, owner);
  }

  onebit::LanguageModel &get() { return *model; }

private:
  Model() : Session(getRegistry()) {}

  static const DialectRegistry &getRegistry() {
    static const DialectRegistry registry = [] {
      DialectRegistry registry;
      onebit::registerAllDialects(registry);
      onebit::registerExecutionInterfaces(registry);
      return registry;
    }();
    return registry;
  }

  template <typename T, typename Into>
  static bool take(llvm::Expected<T> value, Into &into, raw_ostream &os) {
    if (!value) {
      os << llvm::toString(value.takeError());
      return false;
    }
    into = std::move(*value);
    return true;
  }

  bool load(const std::string &path, raw_ostream &os) {
    std::shared_ptr<onebit::frontend::Checkpoint> checkpoint;
    return take(onebit::frontend::openCheckpoint(path), checkpoint, os) &&
           succeeded(onebit::frontend::loadWeights(
               *module, std::move(checkpoint),
               onebit::frontend::ScaleMeaning::FromConfig));
  }

  bool compile(const std::string &entry, const std::string &prefill,
               int64_t threads, const std::string &kernel, raw_ostream &os) {
    if (threads < 1 || threads > onebit::kMaxThreads) {
      os << "threads must be from 1 to " << onebit::kMaxThreads << ", got "
         << threads;
      return false;
    }
    onebit::CompileOptions options;
    options.entry = entry;
    options.threads = threads;
    onebit::runtime::Kernel chosen;
    if (!kernel.empty()) {
      if (!take(onebit::getKernel(kernel), chosen, os))
        return false;
      options.kernel = chosen;
    }
    auto compiled = onebit::LanguageModel::compile(*module, options, prefill);
    if (failed(compiled))
      return false;
    model = std::move(*compiled);
    return true;
  }

  // In this order: the model refers to the module.
  OwningOpRef<ModuleOp> module;
  std::unique_ptr<onebit::LanguageModel> model;
};
} // namespace

NB_MODULE(_run, m) {
  m.doc() = "Models compiled for this machine.";
  // One exception for both modules: that of the first is thrown by either.
  m.attr("Error") = nb::module_::import_("onebit._onebit").attr("Error");

  nb::class_<Model>(m, "Model", "A decoder, compiled, with its caches.")
      .def_static("from_config", &Model::fromConfig, "config"_a, "name"_a,
                  "checkpoint"_a, "context"_a = nb::none(),
                  "prefill_tokens"_a = 1, "threads"_a = 1, "kernel"_a = "",
                  "Compiles the model of a config.json with a checkpoint's "
                  "weights.")
      .def_static(
          "from_module", &Model::fromModule, "source"_a, "name"_a,
          "entry"_a = "", "checkpoint"_a = "", "prefill"_a = "",
          "threads"_a = 1, "kernel"_a = "",
          "Compiles MLIR, text or bytecode; weights without a value are "
          "the checkpoint's.")
      .def("generate", &Model::generate, "prompt"_a, "count"_a,
           "Feeds the prompt and returns new tokens, each the likeliest.")
      .def("feed", &Model::feed, "tokens"_a,
           "Feeds tokens; the logits of the one behind them.")
      .def(
          "reset", [](Model &self) { self.get().reset(); },
          "Forgets every token.")
      .def_prop_ro("position",
                   [](Model &self) { return self.get().getPosition(); })
      .def_prop_ro("context",
                   [](Model &self) { return self.get().getContextLength(); })
      .def_prop_ro("vocabulary_size",
                   [](Model &self) { return self.get().getVocabularySize(); })
      .def_prop_ro(
          "weight_bytes",
          [](Model &self) { return self.get().getProgram().getWeightBytes(); })
      .def_prop_ro("workspace_bytes", [](Model &self) {
        return self.get().getProgram().getWorkspaceBytes();
      });
}
