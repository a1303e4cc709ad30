// The stages in order: see driver.h.
#include "driver/driver.h"

namespace gdl::driver {

Compilation load(const std::string& path, const sema::SourceProvider& provider,
                 const sema::Options& options) {
  Compilation c;
  c.model = sema::load(path, provider, options, c.sources, c.sink);
  c.type_errors = c.sink.has_errors();
  return c;
}

Compilation check(const std::string& path, const sema::SourceProvider& provider,
                  const sema::Options& options, const analysis::Options& analysis) {
  Compilation c = load(path, provider, options);
  if (!c.type_errors) c.report = analysis::analyze(*c.model, analysis, c.sink);
  return c;
}

}  // namespace gdl::driver
