// A guideline checked and compiled, as `gdlc build` does it: for tools/portability, which has it built by another compiler
// and compares the bytes. Usage: compile GUIDELINE OUT
#include <cstdio>
#include <fstream>
#include <iterator>

#include "diag/render.h"
#include "driver/driver.h"

using namespace gdl;

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  sema::SourceProvider provider = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  driver::Compilation c = driver::check(argv[1], provider, {}, {});
  bool errors = c.type_errors;
  for (const diag::Diagnostic& d : c.sink.sorted()) {
    if (d.severity != diag::Severity::error) continue;
    errors = true;
    std::fprintf(stderr, "%s\n", diag::render_text(c.sources, d, {}).c_str());
  }
  if (errors) return 1;
  std::vector<std::uint8_t> bytes = driver::build(c, {});
  std::ofstream out(argv[2], std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  return out ? 0 : 1;
}
