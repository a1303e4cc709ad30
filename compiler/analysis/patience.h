// The caller's patience, asked by any thread. Private to analysis/.
#pragma once

#include <atomic>
#include <mutex>

#include "analysis/analyze.h"

namespace gdl::analysis {

/// Whether the work is to stop, asked by any thread. Once true it stays true.
class Patience {
 public:
  explicit Patience(const Options& options) : options_(options) {}
  [[nodiscard]] bool spent();

 private:
  const Options& options_;
  std::mutex asking_;
  std::atomic<bool> spent_ = false;
};

}  // namespace gdl::analysis
