// The caller's patience, asked by any thread, and the effort that is allowed. Private to analysis/.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

#include "analysis/analyze.h"
#include "space/circuit.h"

namespace gdl::analysis {

/// Whether the work is to stop, asked by any thread. Once true it stays true.
class Patience {
 public:
  explicit Patience(const Options& options) : options_(options) {}
  [[nodiscard]] bool spent();
  /// The same as a question to hand on, which must not outlive this.
  [[nodiscard]] std::function<bool()> asked() {
    return [this] { return spent(); };
  }
  /// A limit that stands for the default effort, with the effort asked for.
  [[nodiscard]] std::uint64_t scaled(std::int64_t at_default) const;
  /// What a circuit may take.
  [[nodiscard]] space::Allowance allowance();

 private:
  const Options& options_;
  std::mutex asking_;
  std::atomic<bool> spent_ = false;
};

}  // namespace gdl::analysis
