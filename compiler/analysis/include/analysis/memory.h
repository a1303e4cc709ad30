// What earlier analyses of a guideline found, so that after an edit only what the edit can reach is looked at again.
//
// A decision is analysed in the part of the guideline that it depends on. A part that says the same as one that
// was looked at before, word for word (sema/digest.h), has the same findings, at places that have moved with their
// declarations. So what is remembered depends on nothing but what it is a finding of, and findings from memory equal
// those from scratch (tests/differential/memory.cpp).
#pragma once

#include <cstddef>
#include <memory>

namespace gdl::analysis {

/// Passed from one analysis to the next, of whatever guideline. Holds what the last one found. Not to be used by two
/// analyses at once.
class Memory {
 public:
  Memory();
  ~Memory();
  Memory(Memory&&) noexcept;
  Memory& operator=(Memory&&) noexcept;

  /// Of the last analysis: parts that were looked at, and parts that were remembered.
  [[nodiscard]] std::size_t looked_at() const;
  [[nodiscard]] std::size_t remembered() const;

  struct Entries;
  Entries& entries() { return *entries_; }

 private:
  std::unique_ptr<Entries> entries_;
};

}  // namespace gdl::analysis
