# docs/report-schema.json describes the JSON report: it accepts what the tool
# writes, knows every key in it, and refuses what is not a report.
#
# REQUIRES: jsonschema
# RUN: onebit-opt %S/Inputs/priced.mlir --report=json > %t.priced.json
# RUN: onebit-opt %S/partial.mlir --report=json > %t.partial.json
# RUN: onebit-opt %S/mixed.mlir --report=json > %t.mixed.json
# RUN: onebit-opt %S/incomplete.mlir --report=json > %t.incomplete.json
# RUN: onebit-opt %S/energy.mlir --report=json > %t.energy.json
# RUN: onebit-opt %S/energy-without-dram.mlir --report=json > %t.dram.json
# RUN: split-file %S/vector.mlir %t.vector
# RUN: onebit-opt %t.vector/exposed.mlir --report=json > %t.exposed.json
# RUN: onebit-opt %t.vector/hidden.mlir --report=json > %t.hidden.json
# RUN: onebit-opt %t.vector/products.mlir --report=json > %t.products.json
# RUN: onebit-opt %S/choices.mlir --report=json > %t.choices.json
# RUN: onebit-translate --import-hf-config %source_dir/docs/examples/paper/gpt2-small.json --layers=1 | \
# RUN:   onebit-opt --lower-to-systolic="array=%source_dir/docs/examples/two-engines.json cost-model=onebit" --report=json > %t.two.json
# RUN: onebit-opt %S/Inputs/priced.mlir --onebit-annotate-cost=cost-model=onebit \
# RUN:   --explain="*" --readings --report=json > %t.why.json
# RUN: onebit-opt %S/Inputs/priced.mlir --onebit-annotate-cost=cost-model=scale-sim-v3 \
# RUN:   --explain="*" --report=json > %t.whyscalesim.json
# RUN: onebit-opt %S/Inputs/quantized.mlir --onebit-quantize-projections --onebit-tile-to-systolic --onebit-annotate-cost --report=json > %t.quantized.json
# RUN: onebit-opt %S/Inputs/already-ternary.mlir --onebit-quantize-projections --onebit-tile-to-systolic --onebit-annotate-cost --report=json > %t.already.json
# RUN: onebit-opt %S/unpriced-readings.mlir --readings --report=json > %t.unpriced.json
# RUN: %python %s %source_dir/docs/report-schema.json %t.priced.json \
# RUN:   %t.partial.json %t.mixed.json %t.incomplete.json %t.energy.json %t.dram.json \
# RUN:   %t.exposed.json %t.hidden.json %t.products.json %t.choices.json %t.two.json \
# RUN:   %t.why.json %t.whyscalesim.json %t.unpriced.json %t.already.json %t.quantized.json

import copy
import json
import sys

from jsonschema import Draft202012Validator


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def close(schema, name=None):
    """The schema with keys that it does not describe refused; `figures` is
    open, for others are made of it."""
    if isinstance(schema, list):
        return [close(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {
        key: {k: close(v, k) for k, v in value.items()}
        if key in ("properties", "$defs")
        else close(value)
        for key, value in schema.items()
    }
    if name == "sums" or ("properties" in schema and name != "figures"):
        closed["unevaluatedProperties"] = False
    return closed


schema = load(sys.argv[1])
reports = [load(path) for path in sys.argv[2:]]
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
strict = Draft202012Validator(close(schema))

for report in reports:
    validator.validate(report)
    strict.validate(report)


def refused(change, by=validator, of=reports[0]):
    report = copy.deepcopy(of)
    change(report)
    if by.is_valid(report):
        sys.exit(f"accepted after {change.__name__}")


def drop_required(report):
    del report["classes"]["attention"]


def count_as_float(report):
    report["kernels"][0]["cycles"] = 1.5


def negative_count(report):
    report["total"]["macs"] = -1


def share_above_one(report):
    report["matmul_free_fraction"]["decoder"]["cycles"] = 1.01


def unknown_class(report):
    report["kernels"][0]["class"] = "vector"


def unknown_kind(report):
    report["assumptions"][0]["kind"] = "guess"


def other_schema(report):
    report["schema"] = "onebit-report/2"


def undescribed_figure(report):
    report["total"]["sram_smells"] = 1


def undescribed_figure_of_a_layer(report):
    report["layers"][0]["sram_smells"] = 1


def total_without_dram(report):
    del report["energy"]["joules"]["dram"]


def another_node(report):
    report["energy"]["node"] = "5nm"


def undescribed_energy(report):
    report["energy"]["joules"]["wires"] = 1


def time_without_clock(report):
    del report["time"]["clock_mhz"]


def undescribed_memory(report):
    report["footprint"]["weights"]["registers"] = {"elements": 1, "bytes": 1}


def another_scope(report):
    report["amdahl"][0]["scope"] = "space"


def undescribed_part(report):
    report["kernels"][0]["explain"]["pe_cycles"]["asleep"] = 1


def change_without_a_price(report):
    del report["kernels"][0]["explain"]["changes"][0]["cycles"]


def unknown_reading(report):
    report["readings"][0]["reading"] = "guess"


for change in (
    drop_required,
    count_as_float,
    negative_count,
    share_above_one,
    unknown_class,
    unknown_kind,
    other_schema,
):
    refused(change)
for change in (total_without_dram, another_node):
    refused(change, of=reports[4])
refused(undescribed_energy, by=strict, of=reports[4])
refused(time_without_clock, of=reports[6])
refused(another_scope, of=reports[6])
refused(undescribed_memory, by=strict, of=reports[6])
for change in (change_without_a_price, unknown_reading):
    refused(change, of=reports[11])
refused(undescribed_part, by=strict, of=reports[11])
for change in (undescribed_figure, undescribed_figure_of_a_layer):
    refused(change, by=strict)
