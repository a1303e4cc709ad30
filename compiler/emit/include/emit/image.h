// A program before it is bytes: the rows of every section (gdlrt/bytecode.h), still growing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gdlrt/bytecode.h"
#include "sema/model.h"
#include "space/scope.h"
#include "support/source.h"

namespace gdl::emit {

struct Options {
  bool strip = false;      ///< leave rule names, texts, citations and places out
  bool unchecked = false;  ///< mark the program as built in spite of analysis errors
};

/// Invariant: what gdlrt's verifier checks; `encode` gives bytes that it accepts.
struct Image {
#define GDLRT_SECTION(number, id, Row, kind) std::vector<gdlrt::Row> id;
#include "gdlrt/sections.def"
  std::uint32_t flags = 0;
  std::uint8_t source_hash[32] = {};
};

/// Model to rows. The model has no errors; `tables` are its own.
Image lower(const space::Tables& tables, const SourceMap& sources, const Options& options);

/// Rows to the bytes of a .gdlb; the same image gives the same bytes on every machine. Empty if the program
/// would be larger than 4 GiB, which the format cannot hold.
std::vector<std::uint8_t> encode(const Image& image);

/// What the image holds, section by section, and each row's words: `gdlc dump --stage program`.
std::string dump(const Image& image);

}  // namespace gdl::emit
