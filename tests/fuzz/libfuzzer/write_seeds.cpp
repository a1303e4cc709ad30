// Writes the seeds into FOLDER/TARGET and the dictionaries, of the targets that have one, into
// FOLDER/TARGET.dict.
// Usage: fuzz_seeds FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "targets.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
    return 2;
  }
  std::string folder = argv[1];
  for (const gdl::fuzz::Seed& s : gdl::fuzz::seeds()) {
    std::filesystem::create_directories(folder + "/" + s.target);
    std::ofstream(folder + "/" + s.target + "/" + s.name, std::ios::binary) << s.bytes;
  }
  std::ofstream(folder + "/syntax.dict") << gdl::fuzz::syntax_words();
  std::ofstream(folder + "/case.dict") << gdl::fuzz::case_words();
  std::ofstream(folder + "/rows.dict") << gdl::fuzz::case_words();
  return 0;
}
