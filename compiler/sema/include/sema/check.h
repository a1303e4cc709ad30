// Syntax tree to model: names, types, units, ways, definitions, overrides, imports.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "sema/model.h"
#include "support/source.h"

namespace gdl::sema {

/// Where sources come from. `path` is as the user or an import named it, already joined to the
/// folder of the importing file. Gives the bytes, or nothing if there is no such file.
using SourceProvider = std::function<std::optional<std::string>(const std::string& path)>;

struct Options {
  std::vector<std::string> import_dirs;  ///< -I
  /// How many threads read files, at most; 0: as many as the machine can. Changes nothing of what is read.
  unsigned threads = 0;
};

/// Reads `path` and everything it imports and includes, checks it, and gives the model.
/// The model is complete only if `sink` has no errors afterwards; it is never null, and what could
/// be resolved is in it.
std::unique_ptr<Model> load(const std::string& path, const SourceProvider& provider,
                            const Options& options, SourceMap& sources, diag::Sink& sink);

/// The model as an indented listing, for `gdlc dump --stage model`.
std::string dump(const Model& model);

}  // namespace gdl::sema
