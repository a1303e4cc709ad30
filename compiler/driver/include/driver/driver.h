// One function a stage, free of I/O: what gdlc and every later front end call. Sources come from a
// callback.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/diff.h"
#include "diag/diagnostic.h"
#include "emit/image.h"
#include "sema/check.h"
#include "support/source.h"

namespace gdl::driver {

/// A guideline on its way through the stages.
struct Compilation {
  SourceMap sources;
  diag::Sink sink;
  std::unique_ptr<sema::Model> model;  ///< null until load
  analysis::Report report;             ///< empty until check
  bool type_errors = false;            ///< set by load
};

/// Text to model.
Compilation load(const std::string& path, const sema::SourceProvider& provider,
                 const sema::Options& options);

/// load, then every analysis if the model has no errors. With a memory, which whoever checks a guideline again and
/// again keeps, only what an edit can reach is analysed again.
Compilation check(const std::string& path, const sema::SourceProvider& provider,
                  const sema::Options& options, const analysis::Options& analysis,
                  analysis::Memory* memory = nullptr);

/// The program of a compilation without type errors: its rows, for people, and its bytes.
emit::Image lower(const Compilation& c, const emit::Options& options);
std::vector<std::uint8_t> build(const Compilation& c, const emit::Options& options);

/// The difference of two versions without type errors. What is wrong with the newer one's version, and what was not
/// decided, goes to the newer one's sink.
analysis::Diff diff(const Compilation& older, Compilation& newer, const analysis::Options& options);

/// The guideline's scenarios (analysis/analyze.h), of a compilation without type errors. For `expect ask` the program
/// is built, in spite of findings, and run.
std::vector<analysis::ScenarioResult> run_scenarios(const Compilation& c,
                                                    const analysis::Options& options);

/// The value classes of each fact and the size of each decision's sets, for `gdlc dump --stage space`.
std::string dump_space(const Compilation& c, std::uint64_t effort);

}  // namespace gdl::driver
