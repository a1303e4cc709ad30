// `check --proof DIR`: the refutations of a check as files for other checkers, with an index of what each proves.
#pragma once

#include <string>

#include "analysis/analyze.h"

namespace gdlc {

/// A folder that is there whole or not at all: it is filled beside its place and renamed.
class ProofFolder {
 public:
  ProofFolder() = default;
  ~ProofFolder();
  ProofFolder(const ProofFolder&) = delete;
  ProofFolder& operator=(const ProofFolder&) = delete;

  /// Before the work: false, and `error` says why, if `dir` cannot become such a folder. It may be there if it is empty.
  bool prepare(const std::string& dir, std::string& error);
  /// For each refutation a formula (DIMACS) and its proof (DRAT), and `index.json`. `guideline`: its path.
  bool write(const std::string& guideline, const gdl::analysis::Report& report, std::string& error);

 private:
  std::string dir_, beside_;
};

}  // namespace gdlc
