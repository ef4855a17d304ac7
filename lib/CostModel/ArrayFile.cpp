//===- ArrayFile.cpp - Arrays described in files --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ArrayFile.h"
#include "JsonFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace llvm;
using namespace onebit;

/// More than any machine has, and little enough that sums of products of a few
/// of them fit 64 bits.
static constexpr int64_t kMaxSize = int64_t(1) << 30;

namespace {
/// A way to store quantized weights.
struct WeightFormat {
  double bits;
  StringLiteral text;
  Format format;
};
} // namespace

static constexpr WeightFormat kWeightFormats[] = {
    {16, "16", {16, 1}}, {8, "8", {8, 1}},       {4, "4", {4, 1}},
    {2, "2", {2, 1}},    {1.67, "1.67", {5, 3}}, {1.6, "1.6", {8, 5}},
    {1, "1", {1, 1}}};

namespace {
/// Fields of an array file, checked. The first error stays; what is asked for
/// after it is meaningless.
class ArrayReader {
public:
  explicit ArrayReader(const JsonFile &file) : file(file) {}

  Expected<ArrayDesc> read(StringRef fallbackName);

private:
  /// An object in the file and the path to it, with a point at its end.
  struct Scope {
    const json::Object *object;
    std::string prefix;
  };

  void fail(const Twine &path, const Twine &message) {
    if (firstError.empty())
      firstError = file.locate(path.str(), message);
  }
  void wrong(const Scope &scope, StringRef key, const Twine &expected) {
    std::string path = scope.prefix + key.str();
    const json::Value *found = scope.object->get(key);
    fail(path, "'" + path + "' must be " + expected + ", found " +
                   (found ? describe(*found) : "nothing"));
  }

  /// The value of `key`, if the object has it. With `nullable` a null is the
  /// same as none.
  static const json::Value *find(const Scope &scope, StringRef key,
                                 bool nullable = false);
  void checkKeys(const Scope &scope, ArrayRef<StringLiteral> known);
  /// The object at `key`, which has no keys but `known`; an empty one where
  /// there is none.
  Scope object(const Scope &parent, StringRef key,
               ArrayRef<StringLiteral> known);

  ArrayDesc readEngine(const Scope &root, StringRef fallbackName);
  void readProjectionEngine(const Scope &root, ArrayDesc &array);

  int64_t required(const Scope &scope, StringRef key, int64_t max);
  /// Each of these leaves its last argument alone where there is no such key,
  /// and says whether there was.
  bool integer(const Scope &scope, StringRef key, int64_t min, int64_t max,
               bool nullable, int64_t &value);
  bool bits(const Scope &scope, StringRef key, Format &format);
  bool weightBits(const Scope &scope, StringRef key, Format &format);
  bool hidden(const Scope &scope, StringRef key, systolic::Overlap &overlap);
  bool clock(const Scope &scope, StringRef key, int64_t &kilohertz);
  bool memory(const Scope &memories, StringRef key, int64_t &kb, int64_t &port,
              bool &dram);

  const JsonFile &file;
  std::string firstError;
};
} // namespace

const json::Value *ArrayReader::find(const Scope &scope, StringRef key,
                                     bool nullable) {
  const json::Value *value = scope.object->get(key);
  return value && nullable && value->kind() == json::Value::Null ? nullptr
                                                                 : value;
}

void ArrayReader::checkKeys(const Scope &scope, ArrayRef<StringLiteral> known) {
  // An object has no order.
  std::optional<StringRef> unknown;
  for (StringRef key : make_first_range(*scope.object))
    if (!is_contained(known, key) && (!unknown || key < *unknown))
      unknown = key;
  if (!unknown)
    return;
  std::string path = scope.prefix + unknown->str();
  fail(path, "unknown field '" + path + "'; expected " + join(known, ", "));
}

ArrayReader::Scope ArrayReader::object(const Scope &parent, StringRef key,
                                       ArrayRef<StringLiteral> known) {
  static const json::Object empty;
  Scope scope{&empty, (parent.prefix + key + ".").str()};
  const json::Value *value = find(parent, key);
  if (!value)
    return scope;
  if (!value->getAsObject()) {
    wrong(parent, key, "an object");
    return scope;
  }
  scope.object = value->getAsObject();
  checkKeys(scope, known);
  return scope;
}

bool ArrayReader::integer(const Scope &scope, StringRef key, int64_t min,
                          int64_t max, bool nullable, int64_t &result) {
  const json::Value *value = find(scope, key, nullable);
  if (!value)
    return false;
  std::optional<int64_t> number = value->getAsInteger();
  if (number && *number >= min && *number <= max)
    result = *number;
  else
    wrong(scope, key,
          "an integer from " + Twine(min) + " to " + Twine(max) +
              (nullable ? ", or null or absent where unlimited" : ""));
  return true;
}

int64_t ArrayReader::required(const Scope &scope, StringRef key, int64_t max) {
  int64_t value = 0;
  if (!integer(scope, key, 1, max, /*nullable=*/false, value))
    wrong(scope, key, "an integer from 1 to " + Twine(max));
  return value;
}

bool ArrayReader::bits(const Scope &scope, StringRef key, Format &format) {
  return integer(scope, key, 1, 64, /*nullable=*/false, format.bits);
}

bool ArrayReader::weightBits(const Scope &scope, StringRef key,
                             Format &format) {
  const json::Value *value = find(scope, key);
  if (!value)
    return false;
  std::optional<double> number = value->getAsNumber();
  const auto *known = find_if(kWeightFormats, [&](const WeightFormat &weight) {
    return number == weight.bits;
  });
  if (known != std::end(kWeightFormats)) {
    format = known->format;
    return true;
  }
  wrong(scope, key,
        "one of " + join(map_range(kWeightFormats,
                                   [](const WeightFormat &weight) {
                                     return weight.text;
                                   }),
                         ", "));
  return true;
}

bool ArrayReader::hidden(const Scope &scope, StringRef key,
                         systolic::Overlap &overlap) {
  const json::Value *value = find(scope, key);
  if (!value)
    return false;
  std::optional<bool> hidden = value->getAsBoolean();
  if (!hidden)
    wrong(scope, key, "true (hidden) or false (exposed)");
  overlap = hidden.value_or(false) ? systolic::Overlap::Hidden
                                   : systolic::Overlap::Exposed;
  return true;
}

bool ArrayReader::clock(const Scope &scope, StringRef key, int64_t &kilohertz) {
  const json::Value *value = find(scope, key, /*nullable=*/true);
  if (!value)
    return false;
  // What is written with three decimals is not exactly a multiple of 0.001.
  double scaled = value->getAsNumber().value_or(0) * 1000;
  double rounded = std::round(scaled);
  if (!(rounded >= 1 && rounded <= kMaxSize &&
        std::abs(scaled - rounded) < 1e-6 * rounded))
    wrong(scope, key,
          "a number of MHz from 0.001 to " + Twine(kMaxSize / 1000) +
              " with at most three decimals");
  else
    kilohertz = static_cast<int64_t>(rounded);
  return true;
}

bool ArrayReader::memory(const Scope &memories, StringRef key, int64_t &kb,
                         int64_t &port, bool &dram) {
  Scope scope = object(memories, key, {"kb", "port_bits_per_cycle", "dram"});
  integer(scope, "kb", 1, kMaxSize, /*nullable=*/true, kb);
  bool said = integer(scope, "port_bits_per_cycle", 1, kMaxSize,
                      /*nullable=*/true, port);
  const json::Value *value = find(scope, "dram");
  if (!value)
    return said;
  std::optional<bool> known = value->getAsBoolean();
  if (!known)
    wrong(scope, "dram", "true (over the channel) or false (on the chip)");
  dram = known.value_or(dram);
  return true;
}

/// The keys of an engine.
static constexpr StringLiteral kKeys[] = {"name",         "rows",
                                          "columns",      "clock_mhz",
                                          "dataflow",     "overlap",
                                          "idle_lanes",   "bits",
                                          "memories",     "dram_bits_per_cycle",
                                          "vector_lanes", "projection_engine"};

ArrayDesc ArrayReader::readEngine(const Scope &root, StringRef fallbackName) {
  ArrayDesc array;
  Machine machine;
  bool said = false;

  array.name = fallbackName.str();
  if (const json::Value *name = find(root, "name")) {
    if (name->getAsString().value_or("").empty())
      wrong(root, "name", "a string that is not empty");
    array.name = name->getAsString().value_or("").str();
  }
  array.rows = required(root, "rows", ArrayDesc::kMaxSide);
  array.columns = required(root, "columns", ArrayDesc::kMaxSide);

  if (const json::Value *dataflow = find(root, "dataflow")) {
    std::optional<systolic::Dataflow> known =
        systolic::symbolizeDataflow(dataflow->getAsString().value_or(""));
    if (!known)
      wrong(root, "dataflow", "\"os\", \"ws\" or \"is\"");
    array.dataflow = known.value_or(array.dataflow);
  }
  if (const json::Value *lanes = find(root, "idle_lanes")) {
    std::optional<systolic::IdleLanes> known =
        systolic::symbolizeIdleLanes(lanes->getAsString().value_or(""));
    if (!known)
      wrong(root, "idle_lanes", "\"waited\" or \"skipped\"");
    machine.idleLanes = known.value_or(machine.idleLanes);
    said = true;
  }
  Scope overlap =
      object(root, "overlap", {"preload", "drain", "kernels", "vector"});
  said |= hidden(overlap, "preload", machine.preload);
  said |= hidden(overlap, "drain", machine.drain);
  said |= hidden(overlap, "kernels", machine.kernels);
  said |= hidden(overlap, "vector", machine.vector);

  Scope formats =
      object(root, "bits",
             {"activation", "weight", "dense_weight", "partial_sum", "kv"});
  said |= bits(formats, "activation", machine.activation);
  said |= weightBits(formats, "weight", machine.weight);
  said |= bits(formats, "dense_weight", machine.denseWeight);
  said |= bits(formats, "partial_sum", machine.partialSum);
  said |= bits(formats, "kv", machine.kv);
  if (machine.partialSum.bits < machine.activation.bits)
    fail("bits", "'bits.partial_sum', " + Twine(machine.partialSum.bits) +
                     ", must not be less than 'bits.activation', " +
                     Twine(machine.activation.bits) +
                     ": a finished sum is rounded to an activation");

  Scope memories = object(root, "memories", {"ifmap", "filter", "ofmap"});
  said |= memory(memories, "ifmap", array.ifmapKb, machine.ifmapPort,
                 machine.ifmapDram);
  said |= memory(memories, "filter", array.filterKb, machine.filterPort,
                 machine.filterDram);
  said |= memory(memories, "ofmap", array.ofmapKb, machine.ofmapPort,
                 machine.ofmapDram);
  said |= integer(root, "dram_bits_per_cycle", 1, kMaxSize, /*nullable=*/true,
                  machine.dram);
  said |= clock(root, "clock_mhz", machine.clockKhz);
  said |= integer(root, "vector_lanes", 0, kMaxSize, /*nullable=*/false,
                  machine.vectorLanes);
  if (said)
    array.machine = machine;
  return array;
}

void ArrayReader::readProjectionEngine(const Scope &root, ArrayDesc &array) {
  if (!find(root, "projection_engine", /*nullable=*/true))
    return;
  SmallVector<StringLiteral> keys(kKeys, std::end(kKeys) - 1);
  keys.push_back("shared_dram");
  Scope scope = object(root, "projection_engine", keys);
  auto engine = std::make_shared<ArrayDesc>(
      readEngine(scope, array.name + "-projections"));
  if (const json::Value *shared = find(scope, "shared_dram")) {
    if (!shared->getAsBoolean())
      wrong(scope, "shared_dram", "true or false");
    array.sharedDram = shared->getAsBoolean().value_or(false);
  }

  const Machine base = array.machine.value_or(Machine());
  Machine machine = engine->machine.value_or(Machine());
  if (machine.clockKhz != 0 && machine.clockKhz != base.clockKhz)
    fail(
        scope.prefix + "clock_mhz",
        "'projection_engine.clock_mhz' must be the array's own 'clock_mhz', or "
        "absent: engines of two clocks are not modelled");
  if (machine.vectorLanes != 0)
    fail(
        scope.prefix + "vector_lanes",
        "'projection_engine.vector_lanes' must be 0 or absent: the vector unit "
        "is the array's");
  if (array.sharedDram && machine.dram != 0)
    fail(scope.prefix + "dram_bits_per_cycle",
         "'projection_engine.dram_bits_per_cycle' must be absent with "
         "'shared_dram': the channel is the array's");
  machine.clockKhz = base.clockKhz;
  if (array.sharedDram)
    machine.dram = base.dram;
  if (engine->machine || array.machine)
    engine->machine = machine;
  array.projectionEngine = std::move(engine);
}

Expected<ArrayDesc> ArrayReader::read(StringRef fallbackName) {
  Scope root{&file.getRoot(), ""};
  checkKeys(root, kKeys);
  ArrayDesc array = readEngine(root, fallbackName);
  readProjectionEngine(root, array);
  if (!firstError.empty())
    return createStringError(firstError);
  return array;
}

Expected<ArrayDesc> onebit::parseArrayFile(MemoryBufferRef file) {
  Expected<JsonFile> json = JsonFile::parse(
      file, "an array file such as {\"rows\": 128, \"columns\": 64}");
  if (!json)
    return json.takeError();
  return ArrayReader(*json).read(sys::path::stem(file.getBufferIdentifier()));
}

/// Decimals as a file has them: a double would be 1.6000000000000001.
static void writeDecimal(StringRef key, const Twine &decimal,
                         json::OStream &json) {
  json.attributeBegin(key);
  json.rawValue(decimal.str());
  json.attributeEnd();
}

static void writeWeightBits(const Format &format, json::OStream &json) {
  for (const WeightFormat &known : kWeightFormats)
    if (known.format == format)
      return writeDecimal("weight", known.text, json);
  // A machine of the IR may have others.
  json.attribute("weight", static_cast<double>(format.bits) /
                               static_cast<double>(format.elements));
}

static void writeClock(int64_t kilohertz, json::OStream &json) {
  const std::string decimals = std::to_string(1000 + kilohertz % 1000);
  StringRef fraction = StringRef(decimals).drop_front().rtrim('0');
  writeDecimal(
      "clock_mhz",
      Twine(kilohertz / 1000) + (fraction.empty() ? "" : ".") + fraction, json);
}

static void writeMemories(const ArrayDesc &array, json::OStream &json) {
  struct Memory {
    StringLiteral key;
    int64_t kb, port;
    bool dram;
  };
  const Machine machine = array.machine.value_or(Machine());
  const Memory memories[] = {
      {"ifmap", array.ifmapKb, machine.ifmapPort, machine.ifmapDram},
      {"filter", array.filterKb, machine.filterPort, machine.filterDram},
      {"ofmap", array.ofmapKb, machine.ofmapPort, machine.ofmapDram}};
  auto isSaid = [](const Memory &memory) {
    return memory.kb != 0 || memory.port != 0 || !memory.dram;
  };
  if (none_of(memories, isSaid))
    return;
  json.attributeObject("memories", [&] {
    for (const Memory &memory : memories)
      if (isSaid(memory))
        json.attributeObject(memory.key, [&] {
          if (memory.kb != 0)
            json.attribute("kb", memory.kb);
          if (memory.port != 0)
            json.attribute("port_bits_per_cycle", memory.port);
          if (!memory.dram)
            json.attribute("dram", false);
        });
  });
}

void onebit::writeArrayDescription(const ArrayDesc &array,
                                   json::OStream &json) {
  writeMemories(array, json);
  if (!array.machine)
    return;
  const Machine &machine = *array.machine;
  if (machine.clockKhz != 0)
    writeClock(machine.clockKhz, json);
  json.attributeObject("overlap", [&] {
    for (auto [key, overlap] : {std::pair("preload", machine.preload),
                                std::pair("drain", machine.drain),
                                std::pair("kernels", machine.kernels),
                                std::pair("vector", machine.vector)})
      json.attribute(key, overlap == systolic::Overlap::Hidden);
  });
  json.attribute("idle_lanes", systolic::stringifyIdleLanes(machine.idleLanes));
  json.attributeObject("bits", [&] {
    json.attribute("activation", machine.activation.bits);
    writeWeightBits(machine.weight, json);
    json.attribute("dense_weight", machine.denseWeight.bits);
    json.attribute("partial_sum", machine.partialSum.bits);
    json.attribute("kv", machine.kv.bits);
  });
  if (machine.dram != 0)
    json.attribute("dram_bits_per_cycle", machine.dram);
  if (machine.vectorLanes != 0)
    json.attribute("vector_lanes", machine.vectorLanes);
}

Expected<ArrayDesc> onebit::readArrayFile(StringRef path) {
  // A directory or a device would be read without end, or as nothing.
  sys::fs::file_status status;
  if (std::error_code error = sys::fs::status(path, status))
    return createStringError("cannot read array file '" + path +
                             "': " + error.message());
  if (status.type() != sys::fs::file_type::regular_file &&
      status.type() != sys::fs::file_type::fifo_file)
    return createStringError("cannot read array file '" + path +
                             "': it is not a file");
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer =
      MemoryBuffer::getFile(path, /*IsText=*/false);
  if (!buffer)
    return createStringError("cannot read array file '" + path +
                             "': " + buffer.getError().message());
  return path.ends_with(".cfg") ? parseScaleSimConfig(**buffer)
                                : parseArrayFile(**buffer);
}
