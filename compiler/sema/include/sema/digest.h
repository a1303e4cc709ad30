// Whether two parts (part.h) say the same, word for word, wherever they stand: so that what was found in one can be
// said of the other, with the places moved.
//
// Unlike a fingerprint (fingerprint.h), which is of what a decision means, this is of all that is in the part:
// names and labels, which findings are written with, and the order of declaration, which ties are broken by. A
// place counts relative to the declaration that it lies in.
#pragma once

#include "sema/part.h"
#include "support/hash.h"

namespace gdl::sema {

/// Where the declarations of a part stand, in the same order for parts of one digest.
class Places {
 public:
  explicit Places(const Model& part);

  /// A place as one in a declaration: which, and how far behind its beginning. Places outside of every declaration
  /// are counted from the beginning of their file.
  struct Within {
    std::uint32_t declaration = 0;
    std::uint32_t offset = 0;
  };
  [[nodiscard]] Within within(SourceId file, std::uint32_t position) const;
  /// The place in this part that is the same as one in a part of the same digest.
  [[nodiscard]] Span moved(Span span, const Places& from) const;

 private:
  std::vector<Span> declarations_;
  std::vector<std::uint32_t> sorted_;  // their indices, by file and beginning
};

[[nodiscard]] Digest digest(const Part& part, const Places& places);

}  // namespace gdl::sema
