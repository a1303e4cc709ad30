// Target `syntax`: any text through the whole compiler.
#include <algorithm>

#include "compile.h"
#include "runtime.h"
#include "targets.h"

namespace gdl::fuzz {

void syntax(const std::uint8_t* bytes, std::size_t size) {
  driver::Compilation c = check(std::string(reinterpret_cast<const char*>(bytes), size));
  for (const diag::Diagnostic& d : c.sink.sorted()) {
    std::string text = diag::render_text(c.sources, d, {});
    if (d.code == diag::Code::internal_error) broken(text);
    (void)diag::render_json(c.sources, d);
  }
  if (c.type_errors) return;
  (void)driver::run_scenarios(c, options());
  for (bool strip : {false, true}) {
    std::vector<std::uint8_t> built = driver::build(c, {strip, true});
    Loaded loaded(built.data(), built.size());
    if (loaded.program == nullptr) broken("the verifier refuses what was built: " + loaded.problem);
    evaluate(loaded.program, "{}");
  }
}

}  // namespace gdl::fuzz
