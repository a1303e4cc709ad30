// One function a stage, free of I/O: what gdlc and every later front end call. Sources come from a
// callback.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "diag/diagnostic.h"
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

/// load, then every analysis if the model has no errors.
Compilation check(const std::string& path, const sema::SourceProvider& provider,
                  const sema::Options& options, const analysis::Options& analysis);

}  // namespace gdl::driver
