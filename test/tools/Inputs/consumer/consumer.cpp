// A program of somebody else's: a config to a report, by the four library
// functions.
#include "onebit/Frontend/HuggingFace.h"
#include "onebit/InitAllDialects.h"
#include "onebit/Pipelines/LowerToSystolic.h"
#include "onebit/Report/Report.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  auto file = llvm::MemoryBuffer::getFile(argv[argc - 1]);
  if (!file)
    return 1;
  mlir::DialectRegistry registry;
  onebit::registerOnebitDialects(registry);
  mlir::MLIRContext context(registry);
  onebit::frontend::ImportOptions import;
  import.layers = 1;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      onebit::frontend::importHuggingFaceConfig(context, **file, import);
  onebit::LowerToSystolicOptions lower;
  lower.array = std::string("8x8");
  if (!module || mlir::failed(onebit::lowerToSystolic(*module, lower)))
    return 1;
  onebit::report::ReportOptions report;
  report.format = onebit::report::Format::Csv;
  return mlir::failed(
      onebit::report::emitReport(*module, report, llvm::outs()));
}
