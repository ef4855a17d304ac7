//===- ArrayFileTest.cpp - Arrays described in files ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ArrayFile.h"
#include "OnebitRandom.h"
#include "TestSchedules.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <tuple>

using namespace onebit;
using namespace onebit::test;
using systolic::IdleLanes;
using systolic::Overlap;

namespace {

llvm::Expected<ArrayDesc> parse(llvm::StringRef text) {
  return parseArrayFile(llvm::MemoryBufferRef(text, "folder/a.json"));
}

/// The error of an array of 4 x 4 with these fields.
std::string errorOf(llvm::StringRef fields) {
  return message(
      parse(("{\"rows\": 4, \"columns\": 4,\n" + fields + "}").str()));
}

/// All that a file says of one array, to be compared.
auto toTuple(const ArrayDesc &array) {
  const Machine machine = array.machine.value_or(Machine());
  auto format = [](const Format &format) {
    return std::pair(format.bits, format.elements);
  };
  return std::tuple(
      array.name, array.rows, array.columns, array.dataflow, array.ifmapKb,
      array.filterKb, array.ofmapKb, array.machine.has_value(),
      machine.clockKhz, machine.preload, machine.drain, machine.kernels,
      machine.idleLanes, format(machine.activation), format(machine.weight),
      format(machine.denseWeight), format(machine.partialSum),
      format(machine.kv), machine.ifmapPort, machine.filterPort,
      machine.ofmapPort, machine.dram, machine.ifmapDram, machine.filterDram,
      machine.ofmapDram, machine.vectorLanes, machine.vector);
}

TEST(ArrayFile, SmallestHasTheDefaults) {
  llvm::Expected<ArrayDesc> array = parse(R"({"rows": 3, "columns": 5})");
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->name, "a");
  EXPECT_EQ(array->rows, 3);
  EXPECT_EQ(array->columns, 5);
  EXPECT_EQ(array->dataflow, Dataflow::OutputStationary);
  EXPECT_EQ(array->ifmapKb + array->filterKb + array->ofmapKb, 0);
  EXPECT_FALSE(array->machine.has_value());
  EXPECT_FALSE(array->scaleSim.has_value());
}

TEST(ArrayFile, EveryField) {
  llvm::Expected<ArrayDesc> array = parse(R"({
    "name": "all of it", "rows": 1, "columns": 65536, "clock_mhz": 0.125,
    "dataflow": "is",
    "overlap": {"preload": true, "drain": true, "kernels": true, "vector": true},
    "idle_lanes": "skipped",
    "bits": {"activation": 1, "weight": 1.6, "dense_weight": 2,
             "partial_sum": 64, "kv": 3},
    "memories": {"ifmap": {"kb": 11, "port_bits_per_cycle": 21},
                 "filter": {"kb": 12, "port_bits_per_cycle": 22,
                            "dram": false},
                 "ofmap": {"kb": 13, "port_bits_per_cycle": 23,
                           "dram": true}},
    "dram_bits_per_cycle": 31, "vector_lanes": 41,
    "projection_engine": null})");
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(llvm::toString(array->check()), "");
  EXPECT_EQ(array->name, "all of it");
  EXPECT_EQ(array->rows, 1);
  EXPECT_EQ(array->columns, 65536);
  EXPECT_EQ(array->dataflow, Dataflow::InputStationary);
  EXPECT_EQ(array->machine->kernels, Overlap::Hidden);
  EXPECT_EQ(array->ifmapKb, 11);
  EXPECT_EQ(array->filterKb, 12);
  EXPECT_EQ(array->ofmapKb, 13);
  ASSERT_TRUE(array->machine.has_value());
  const Machine &machine = *array->machine;
  EXPECT_EQ(machine.clockKhz, 125);
  EXPECT_EQ(machine.preload, Overlap::Hidden);
  EXPECT_EQ(machine.drain, Overlap::Hidden);
  EXPECT_EQ(machine.vector, Overlap::Hidden);
  EXPECT_EQ(machine.idleLanes, IdleLanes::Skipped);
  EXPECT_EQ(machine.activation, (Format{1, 1}));
  EXPECT_EQ(machine.weight, (Format{8, 5}));
  EXPECT_EQ(machine.denseWeight, (Format{2, 1}));
  EXPECT_EQ(machine.partialSum, (Format{64, 1}));
  EXPECT_EQ(machine.kv, (Format{3, 1}));
  EXPECT_EQ(machine.ifmapPort, 21);
  EXPECT_EQ(machine.filterPort, 22);
  EXPECT_EQ(machine.ofmapPort, 23);
  EXPECT_EQ(machine.dram, 31);
  EXPECT_TRUE(machine.ifmapDram);
  EXPECT_FALSE(machine.filterDram);
  EXPECT_TRUE(machine.ofmapDram);
  EXPECT_EQ(machine.vectorLanes, 41);
}

TEST(ArrayFile, WritesWhatItReads) {
  OnebitRandom random(4);
  for (int i = 0; i < 500; ++i) {
    ArrayDesc array = random.array(64);
    array.name = "a";
    random.onChip(array);
    const Format weights[] = {{16, 1}, {8, 1}, {4, 1}, {2, 1},
                              {5, 3},  {8, 5}, {1, 1}};
    array.machine->weight = weights[i % 7];
    // What a machine may be and a file may not.
    array.machine->partialSum.bits = std::max(array.machine->partialSum.bits,
                                              array.machine->activation.bits);
    if (i % 9 == 0)
      array.machine.reset();
    else
      array.machine->clockKhz = 100 * i;
    std::string text;
    llvm::raw_string_ostream os(text);
    llvm::json::OStream json(os);
    json.object([&] {
      json.attribute("rows", array.rows);
      json.attribute("columns", array.columns);
      json.attribute("dataflow", systolic::stringifyDataflow(array.dataflow));
      writeArrayDescription(array, json);
    });
    llvm::Expected<ArrayDesc> read = parse(text);
    ASSERT_TRUE(bool(read)) << text << llvm::toString(read.takeError());
    EXPECT_EQ(toTuple(*read), toTuple(array)) << text;
  }
}

TEST(ArrayFile, NullIsAbsent) {
  llvm::Expected<ArrayDesc> array = parse(R"({
    "rows": 4, "columns": 4, "clock_mhz": null, "dram_bits_per_cycle": null,
    "memories": {"ifmap": {"kb": null, "port_bits_per_cycle": null}}})");
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->ifmapKb, 0);
  EXPECT_FALSE(array->machine.has_value());
}

TEST(ArrayFile, WeightFormats) {
  const std::tuple<const char *, int64_t, int64_t> formats[] = {
      {"16", 16, 1},  {"8", 8, 1},    {"4", 4, 1}, {"2.0", 2, 1},
      {"1.67", 5, 3}, {"1.60", 8, 5}, {"1", 1, 1}};
  for (auto [text, bits, elements] : formats) {
    llvm::Expected<ArrayDesc> array =
        parse(std::string(R"({"rows": 4, "columns": 4, "bits": {"weight": )") +
              text + "}}");
    ASSERT_TRUE(bool(array)) << text;
    EXPECT_EQ(array->machine->weight, (Format{bits, elements})) << text;
  }
}

TEST(ArrayFile, ClockIsExactInKilohertz) {
  for (auto [text, kilohertz] :
       {std::pair("0.001", 1), std::pair("0.3", 300), std::pair("700", 700000),
        std::pair("1234.567", 1234567), std::pair("1073741", 1073741000)}) {
    llvm::Expected<ArrayDesc> array = parse(
        std::string(R"({"rows": 4, "columns": 4, "clock_mhz": )") + text + "}");
    ASSERT_TRUE(bool(array)) << text;
    EXPECT_EQ(array->machine->clockKhz, kilohertz);
  }
  for (const char *text :
       {"0", "-1", "0.0005", "1.0005", "1073742", "1e300", "\"700\"", "true"})
    EXPECT_EQ(errorOf(std::string("\"clock_mhz\": ") + text).substr(0, 48),
              "folder/a.json:2: 'clock_mhz' must be a number of")
        << text;
}

TEST(ArrayFile, SaysWhereAndWhatIsWrong) {
  const std::string limit = " must be an integer from 1 to 1073741824, or null "
                            "or absent where unlimited, found ";
  const std::pair<const char *, std::string> cases[] = {
      {R"("rowz": 1)",
       "unknown field 'rowz'; expected name, rows, columns, clock_mhz, "
       "dataflow, overlap, idle_lanes, bits, memories, dram_bits_per_cycle, "
       "vector_lanes, projection_engine"},
      {R"("overlap": {"b": 1, "a": 1})",
       "unknown field 'overlap.a'; expected preload, drain, kernels, vector"},
      {R"("bits": {"weights": 1})",
       "unknown field 'bits.weights'; expected activation, weight, "
       "dense_weight, partial_sum, kv"},
      {R"("memories": {"sram": {}})",
       "unknown field 'memories.sram'; expected ifmap, filter, ofmap"},
      {R"("memories": {"ifmap": {"mb": 1}})",
       "unknown field 'memories.ifmap.mb'; expected kb, port_bits_per_cycle, "
       "dram"},
      {R"("memories": {"ifmap": {"kb": 0}})",
       "'memories.ifmap.kb'" + limit + "0"},
      {R"("memories": {"ifmap": {"kb": 1.5}})",
       "'memories.ifmap.kb'" + limit + "1.5"},
      {R"("memories": {"ofmap": {"port_bits_per_cycle": -8}})",
       "'memories.ofmap.port_bits_per_cycle'" + limit + "-8"},
      {R"("dram_bits_per_cycle": 0)", "'dram_bits_per_cycle'" + limit + "0"},
      {R"("dram_bits_per_cycle": 99999999999999999999)",
       "'dram_bits_per_cycle'" + limit + "1e+20"},
      {R"("memories": 4)", "'memories' must be an object, found 4"},
      {R"("memories": {"ifmap": [1]})",
       "'memories.ifmap' must be an object, found a list"},
      {R"("memories": {"ofmap": {"dram": 1}})",
       "'memories.ofmap.dram' must be true (over the channel) or false (on the "
       "chip), found 1"},
      {R"("vector_lanes": null)",
       "'vector_lanes' must be an integer from 0 to 1073741824, found null"},
      {R"("name": "")",
       "'name' must be a string that is not empty, found \"\""},
      {R"("name": 7)", "'name' must be a string that is not empty, found 7"},
      {R"("dataflow": "rs")",
       "'dataflow' must be \"os\", \"ws\" or \"is\", found \"rs\""},
      {R"("dataflow": {})",
       "'dataflow' must be \"os\", \"ws\" or \"is\", found an object"},
      {R"("idle_lanes": false)",
       "'idle_lanes' must be \"waited\" or \"skipped\", found false"},
      {R"("overlap": {"drain": "hidden"})",
       "'overlap.drain' must be true (hidden) or false (exposed), found "
       "\"hidden\""},
      {R"("bits": {"kv": 65})",
       "'bits.kv' must be an integer from 1 to 64, found 65"},
      {R"("bits": {"weight": 1.58})",
       "'bits.weight' must be one of 16, 8, 4, 2, 1.67, 1.6, 1, found 1.58"},
      {R"("bits": {"activation": 64})",
       "'bits.partial_sum', 32, must not be less than 'bits.activation', 64: a "
       "finished sum is rounded to an activation"},
      {R"("projection_engine": 1)",
       "'projection_engine' must be an object, found 1"},
      {R"("projection_engine": {"projection_engine": null})",
       "unknown field 'projection_engine.projection_engine'; expected name, "
       "rows, columns, clock_mhz, dataflow, overlap, idle_lanes, bits, "
       "memories, dram_bits_per_cycle, vector_lanes, shared_dram"},
      {R"("projection_engine": {"rows": 1, "columns": 1, "shared_dram": 1})",
       "'projection_engine.shared_dram' must be true or false, found 1"},
      {R"("clock_mhz": 2, "projection_engine": {"rows": 1, "columns": 1, "clock_mhz": 1})",
       "'projection_engine.clock_mhz' must be the array's own 'clock_mhz', or "
       "absent: engines of two clocks are not modelled"},
      {R"("projection_engine": {"rows": 1, "columns": 1, "vector_lanes": 1})",
       "'projection_engine.vector_lanes' must be 0 or absent: the vector unit "
       "is the array's"},
      {R"("projection_engine": {"rows": 1, "columns": 1, "shared_dram": true, "dram_bits_per_cycle": 1})",
       "'projection_engine.dram_bits_per_cycle' must be absent with "
       "'shared_dram': the channel is the array's"},
      {R"("projection_engine": {"rows": 1, "columns": 1, "bits": {"kv": 0}})",
       "'projection_engine.bits.kv' must be an integer from 1 to 64, found 0"},
      {R"("rows": 5)", "field 'rows' occurs twice"},
      {R"("memories": {"ifmap": {"kb": 1, "k\u0062": 2}})",
       "field 'memories.ifmap.kb' occurs twice"},
      {R"("rows" 5)", "is not JSON: Expected : after object key; expected an "
                      "array file such as {\"rows\": 128, \"columns\": 64}"}};
  for (const auto &[fields, expected] : cases)
    EXPECT_EQ(errorOf(fields), "folder/a.json:2: " + expected) << fields;

  EXPECT_EQ(message(parse(R"({"rows": 0, "columns": 1})")),
            "folder/a.json:1: 'rows' must be an integer from 1 to 65536, found "
            "0");
  EXPECT_EQ(message(parse(R"({"rows": 1, "columns": 65537})")),
            "folder/a.json:1: 'columns' must be an integer from 1 to 65536, "
            "found 65537");
  EXPECT_EQ(message(parse(R"({"rows": 1})")),
            "folder/a.json: 'columns' must be an integer from 1 to 65536, "
            "found nothing");
  EXPECT_EQ(
      errorOf(R"("projection_engine": {"rows": 1})"),
      "folder/a.json: 'projection_engine.columns' must be an integer from "
      "1 to 65536, found nothing");
  const std::string form =
      "; expected an array file such as {\"rows\": 128, \"columns\": 64}";
  EXPECT_EQ(message(parse("")), "folder/a.json: is empty" + form);
  EXPECT_EQ(message(parse(" \n")), "folder/a.json: is empty" + form);
  EXPECT_EQ(message(parse("[1]")),
            "folder/a.json: must be an object, found a list" + form);
  EXPECT_EQ(message(parse("\"" + std::string(100, 'x') + "\"")),
            "folder/a.json: must be an object, found \"" +
                std::string(39, 'x') + "..." + form);
  EXPECT_EQ(message(parse("{\xff}")),
            "folder/a.json:1: is not JSON: Invalid UTF-8 sequence" + form);
  EXPECT_EQ(message(parse(std::string(100000, '['))),
            "folder/a.json: nests deeper than 32 levels");
}

TEST(ArrayFile, WhatCannotBeRead) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("arrays", folder));
  std::string text = "cannot read array file '" + folder.str().str();
  EXPECT_EQ(message(readArrayFile(folder)), text + "': it is not a file");
  EXPECT_EQ(message(parseArray(folder)), text + "': it is not a file");
  EXPECT_EQ(message(parseArray((folder + "/none.json").str())),
            text + "/none.json': No such file or directory");
  EXPECT_EQ(message(parseArray("none.cfg")),
            "cannot read array file 'none.cfg': No such file or directory");
  EXPECT_EQ(message(readArrayFile("/dev/null")),
            "cannot read array file '/dev/null': it is not a file");
  ASSERT_FALSE(llvm::sys::fs::remove(folder));
}

/// The names of the presets are those of the files, and the arrays are theirs,
/// read here by nothing but llvm::json.
TEST(ArrayFile, PresetsAreTheFiles) {
  llvm::SmallVector<std::string> names;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator
           file(ONEBIT_SOURCE_DIR "/docs/examples/arrays", error),
       end;
       file != end && !error; file.increment(error)) {
    auto buffer = llvm::MemoryBuffer::getFile(file->path());
    ASSERT_TRUE(bool(buffer));
    llvm::json::Value json =
        llvm::cantFail(llvm::json::parse((*buffer)->getBuffer()));
    const llvm::json::Object &object = *json.getAsObject();
    std::string name = llvm::sys::path::stem(file->path()).str();
    EXPECT_EQ(object.getString("name"), name);
    names.push_back(name);

    for (const std::string &text : {name, file->path()}) {
      llvm::Expected<ArrayDesc> array = parseArray(text);
      ASSERT_TRUE(bool(array)) << text;
      EXPECT_EQ(array->name, name);
      EXPECT_EQ(array->rows, object.getInteger("rows"));
      EXPECT_EQ(array->columns, object.getInteger("columns"));
      EXPECT_EQ(systolic::stringifyDataflow(array->dataflow),
                object.getString("dataflow"));
      auto kb = [&](llvm::StringRef memory) {
        return object.getObject("memories")
            ->getObject(memory)
            ->getInteger("kb");
      };
      EXPECT_EQ(array->ifmapKb, kb("ifmap"));
      EXPECT_EQ(array->filterKb, kb("filter"));
      EXPECT_EQ(array->ofmapKb, kb("ofmap"));
      EXPECT_EQ(llvm::toString(array->check()), "");
    }
  }
  EXPECT_FALSE(error);
  llvm::sort(names);
  ASSERT_EQ(names.size(), getArrayPresets().size());
  for (auto [name, preset] : llvm::zip(names, getArrayPresets()))
    EXPECT_EQ(name, preset.name);
}

TEST(ArrayFile, ProjectionEngine) {
  auto array = parse(R"({"name": "both", "rows": 8, "columns": 4,
    "clock_mhz": 700, "dram_bits_per_cycle": 64,
    "projection_engine": {"rows": 2, "columns": 3, "dataflow": "ws",
      "overlap": {"kernels": true}, "bits": {"weight": 1.6},
      "memories": {"filter": {"kb": 5}}, "dram_bits_per_cycle": 16}})");
  ASSERT_TRUE(bool(array)) << llvm::toString(array.takeError());
  EXPECT_EQ(array->rows, 8);
  EXPECT_EQ(array->machine->kernels, Overlap::Exposed);
  EXPECT_FALSE(array->sharedDram);
  ASSERT_TRUE(array->projectionEngine);
  const ArrayDesc &engine = *array->projectionEngine;
  EXPECT_EQ(engine.name, "both-projections");
  EXPECT_EQ(engine.rows, 2);
  EXPECT_EQ(engine.columns, 3);
  EXPECT_EQ(engine.dataflow, Dataflow::WeightStationary);
  EXPECT_EQ(engine.filterKb, 5);
  EXPECT_EQ(engine.machine->kernels, Overlap::Hidden);
  EXPECT_EQ(engine.machine->weight, (Format{8, 5}));
  EXPECT_EQ(engine.machine->dram, 16);
  EXPECT_EQ(engine.machine->clockKhz, 700000);
  EXPECT_FALSE(engine.projectionEngine);

  // A channel that both use is the array's.
  array = parse(R"({"rows": 8, "columns": 4, "dram_bits_per_cycle": 64,
    "projection_engine": {"name": "adders", "rows": 2, "columns": 3,
      "shared_dram": true}})");
  ASSERT_TRUE(bool(array)) << llvm::toString(array.takeError());
  EXPECT_TRUE(array->sharedDram);
  EXPECT_EQ(array->projectionEngine->name, "adders");
  EXPECT_EQ(array->projectionEngine->machine->dram, 64);

  // Nothing said of registers, of neither.
  array = parse(R"({"rows": 8, "columns": 4,
    "projection_engine": {"rows": 2, "columns": 3}})");
  ASSERT_TRUE(bool(array)) << llvm::toString(array.takeError());
  EXPECT_FALSE(array->machine);
  EXPECT_FALSE(array->projectionEngine->machine);
}

} // namespace
