// The binary DRAT format: what proof.h says of it, as reader and writer. Inside this library only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proof/cnf.h"

namespace gdl::proof {

/// Reads a proof step by step. Any bytes may be given.
class DratReader {
 public:
  /// Literals must be of the first `variables` variables.
  DratReader(std::string_view bytes, std::size_t variables)
      : bytes_(bytes), literals_(std::uint64_t{variables} * 2) {}

  enum class Step : std::uint8_t { lemma, removal, end, malformed };
  /// The next step; its literals are in `clause()` until the next call. After `end` or `malformed`
  /// there is nothing more to read.
  Step next();
  [[nodiscard]] std::span<const Lit> clause() const { return clause_; }
  /// Where the next step begins; after `malformed`, where the malformed one does.
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  std::string_view bytes_;
  std::uint64_t literals_;
  std::size_t at_ = 0;
  std::vector<Lit> clause_;
};

/// Appends a step.
void write_step(std::string& out, bool lemma, std::span<const Lit> clause);

}  // namespace gdl::proof
