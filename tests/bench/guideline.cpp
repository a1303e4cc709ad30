// See guideline.h.
#include "guideline.h"

#include <filesystem>
#include <map>

#include "authored.h"
#include "load.h"
#include "process.h"
#include "random.h"
#include "space/classes.h"

namespace gdl::bench {

namespace {

constexpr std::uint64_t kSeed = 1;

int swallow(void*, const char*, size_t) { return 0; }

std::string number(const sema::Rational& r) {
  char text[gdlrt::num::kMaxFormat];
  return {text, gdlrt::num::format(r, text, sizeof text)};
}

/// A random value of a fact as a case writes it.
std::string random_value(const sema::Model& m, const space::Classes& classes, sema::FactId id,
                         test::Random& random) {
  const sema::Fact& f = m.facts[id];
  auto quoted = [&](std::size_t i) { return "\"" + f.enumerators[i].name + "\""; };
  if (f.kind == sema::FactKind::set) {
    std::string list;
    for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
      if (random.one_in(2)) list += (list.empty() ? "" : ",") + quoted(e);
    }
    return "[" + list + "]";
  }
  std::size_t cls = random.below(classes.count(id));
  switch (f.kind) {
    case sema::FactKind::boolean: return cls == 1 ? "true" : "false";
    case sema::FactKind::enumeration: return quoted(cls);
    default: return number(classes.sample(id, cls).number);
  }
}

}  // namespace

Guideline::Guideline(std::string path, sema::SourceProvider provider, bool unchecked)
    : path_(std::move(path)),
      provider_(std::move(provider)),
      c_(driver::load(path_, provider_, {})) {
  if (c_.type_errors) return;
  bytes_ = driver::build(c_, {false, unchecked});
  if (gdlrt_program_load(bytes_.data(), bytes_.size(), &program_, nullptr, nullptr) != GDLRT_OK) {
    program_ = nullptr;
  }
}

Guideline::~Guideline() { gdlrt_program_free(program_); }

std::unique_ptr<Guideline> nsclc() {
  auto read = std::make_shared<std::map<std::string, std::optional<std::string>>>();
  return std::make_unique<Guideline>(
      GDL_SOURCE_DIR "/guidelines/nsclc/nsclc.gdl",
      [read](const std::string& path) {
        auto [at, first] = read->try_emplace(path);
        if (first && std::filesystem::is_regular_file(path)) at->second = test::read(path);
        return at->second;
      },
      false);
}

namespace {

std::unique_ptr<Guideline> authored(std::string text) {
  const char* name = "authored.gdl";
  return std::make_unique<Guideline>(name, test::files({{name, std::move(text)}}), true);
}

}  // namespace

std::unique_ptr<Guideline> authored() { return authored(test::Authored(kSeed, {}).run()); }

std::unique_ptr<Guideline> authored(std::size_t rules, std::size_t decisions, std::size_t facts) {
  test::AuthoredShape shape;
  shape.rules = rules;
  shape.decisions = decisions;
  shape.facts = facts;
  return authored(test::Authored(kSeed, shape).run());
}

std::unique_ptr<Guideline> authored_edited() {
  return authored(test::edited(test::Authored(kSeed, {}).run(), {250}));
}

gdlrt_status evaluate(const gdlrt_program* program, const std::string& json) {
  return gdlrt_evaluate_json(program, json.data(), json.size(), nullptr, swallow, nullptr, nullptr,
                             nullptr);
}

void load(const Guideline& guideline) {
  gdlrt_program* program = nullptr;
  (void)gdlrt_program_load(guideline.bytes().data(), guideline.bytes().size(), &program, nullptr,
                           nullptr);
  gdlrt_program_free(program);
}

std::vector<std::string> random_cases(const Guideline& guideline, std::size_t count,
                                      double unknown) {
  constexpr std::size_t kDrawn = 4000;  // at most, for each case that is kept
  const sema::Model& m = *guideline.compilation().model;
  space::Classes classes(m, false);
  test::Random random(kSeed);
  auto hidden = static_cast<std::size_t>(unknown * 1000);
  std::vector<std::string> out;
  for (std::size_t drawn = 0; out.size() < count && drawn < count * kDrawn; ++drawn) {
    std::string json;
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      sema::FactId id(i);
      if (random.below(1000) < hidden) continue;
      json += (json.empty() ? "{\"" : ",\"") + m.facts[id].name +
              "\":" + random_value(m, classes, id, random);
    }
    json += json.empty() ? "{}" : "}";
    if (evaluate(guideline.program(), json) == GDLRT_OK) out.push_back(std::move(json));
  }
  return out;
}

}  // namespace gdl::bench
