// Writes random guidelines, always the same: for tools/portability, which has each compiled by gdlc for several machines.
// Usage: guidelines FOLDER
#include <cstdio>
#include <fstream>
#include <string>

#include "adversarial.h"
#include "authored.h"
#include "generate.h"

using namespace gdl::test;

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::size_t written = 0;
  bool good = true;
  auto write = [&](const char* kind, const std::string& text) {
    std::ofstream out(std::string(argv[1]) + "/" + kind + std::to_string(written++) + ".gdl",
                      std::ios::binary);
    out << text;
    out.close();
    good = good && out;
  };
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Shape shape;
    shape.odd = seed % 2 == 0;
    shape.scenarios = seed % 3;
    write("random", Generator(seed, shape).run());
  }
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    write("authored", Authored(seed, {200, 20, 30, seed % 2 == 0}).run());
    write("adversarial", Adversarial(seed, {60, 3, 20}).run());
  }
  return good ? 0 : 1;
}
