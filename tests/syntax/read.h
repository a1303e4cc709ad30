// Text to tree inside a test, and the sample files of the project.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "syntax/parse.h"

namespace gdl::test {

struct Read {
  SourceMap sources;
  diag::Sink sink;
  SourceId id;
  bool accepted = false;  ///< add_source allowed it to be parsed
  syntax::File file;
  syntax::ParseCounts counts;

  [[nodiscard]] const std::string& text() const { return sources.file(id).text; }
  [[nodiscard]] std::string messages() const {
    std::string out;
    for (const diag::Diagnostic& d : sink.sorted()) {
      Position at = sources.begin(d.primary);
      out += std::to_string(at.line) + ":" + std::to_string(at.column) + " " + d.message + "\n";
    }
    return out;
  }
};

inline Read read(std::string bytes) {
  Read r;
  r.accepted = syntax::add_source(r.sources, "test.gdl", std::move(bytes), r.sink, r.id);
  if (r.accepted) r.file = syntax::Reader().parse(r.sources, r.id, r.sink, &r.counts);
  return r;
}

struct Sample {
  std::string path;
  std::string bytes;
};

/// All .gdl files of the guidelines and of the golden tests, in order of path.
inline std::vector<Sample> samples() {
  std::vector<std::string> paths;
  for (const char* folder : {"/guidelines", "/tests/golden"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(GDL_SOURCE_DIR) + folder)) {
      if (entry.path().extension() == ".gdl") paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Sample> out;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    out.push_back({path, std::string(std::istreambuf_iterator<char>(in), {})});
  }
  return out;
}

}  // namespace gdl::test
